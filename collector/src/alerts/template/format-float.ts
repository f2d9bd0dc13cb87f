/** float64 as Go's fmt prints it: %e, %f and %g with a precision or with as many digits as say the value exactly. */

/** @param precision -1 = the fewest digits that give the same value */
export function formatFloat(value: number, verb: "e" | "f" | "g", precision = -1): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (verb === "f") return sign + fixed(size, precision);
  const { digits, exponent } =
    verb === "e" ? exact(size, precision) : exact(size, precision < 0 ? -1 : Math.max(0, precision - 1));
  if (verb === "e") return sign + scientific(digits, exponent);
  // Where all digits are shown, Go decides by six of them: 1e+06, but 123456.
  const most = precision < 0 ? 6 : Math.max(1, precision);
  const short = digits.replace(/0+$/, "") || "0";
  if (exponent < -4 || exponent >= most) return sign + scientific(short, exponent);
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${short}`;
  const whole = short.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = short.slice(exponent + 1);
  return sign + whole + (rest === "" ? "" : `.${rest}`);
}

function scientific(digits: string, exponent: number): string {
  const rest = digits.slice(1);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0]}${rest === "" ? "" : `.${rest}`}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** Digits behind the first, rounded half to even as Go does; JavaScript rounds half up. */
function exact(size: number, behind: number): { digits: string; exponent: number } {
  const read = (text: string) => {
    const [mantissa, power] = text.split("e");
    return { digits: mantissa.replace(".", ""), exponent: Number(power) };
  };
  if (behind < 0 || size === 0) {
    const shortest = read(size.toExponential());
    return behind < 0 ? shortest : { digits: "0".repeat(behind + 1), exponent: 0 };
  }
  const kept = Math.min(behind, 80);
  const { digits, exponent } = read(size.toExponential(kept));
  const long = read(size.toExponential(Math.min(100, kept + 20)));
  const isTie = /^50*$/.test(long.digits.slice(kept + 1)) && long.exponent === exponent;
  const down = long.digits.slice(0, kept + 1);
  return { digits: isTie && Number(down.at(-1)) % 2 === 0 ? down : digits, exponent };
}

function fixed(size: number, precision: number): string {
  if (precision < 0) {
    const { digits, exponent } = exact(size, -1);
    if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
    return digits.length > exponent + 1 ? `${whole}.${digits.slice(exponent + 1)}` : whole;
  }
  const kept = Math.min(precision, 80);
  if (size >= 1e21) return BigInt(size).toString() + (kept === 0 ? "" : `.${"0".repeat(kept)}`);
  const rounded = size.toFixed(kept);
  const long = size.toFixed(Math.min(100, kept + 20));
  const cut = long.length - (Math.min(100, kept + 20) - kept);
  const [down, rest] = [long.slice(0, cut).replace(/\.$/, ""), long.slice(cut)];
  return /^50*$/.test(rest) && Number(down.at(-1)) % 2 === 0 ? down : rounded;
}
