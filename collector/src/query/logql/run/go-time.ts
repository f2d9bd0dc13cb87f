/** Times by Go's layouts, in UTC: "2006-01-02T15:04:05.000Z07:00". https://pkg.go.dev/time#pkg-constants */

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const PARTS =
  /2006|January|Jan|Monday|Mon|MST|Z07:00|-07:00|-0700|01|02|03|04|05|06|15|PM|pm|[.,]0{1,9}|[.,]9{1,9}|_2|1|2|3|4|5/g;

export function formatGoTime(layout: string, nanos: bigint): string {
  const date = new Date(Number(nanos / 1_000_000n));
  if (Number.isNaN(date.getTime())) throw new Error("the time is out of range");
  const fraction = String(nanos % 1_000_000_000n).padStart(9, "0");
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = date.getUTCHours();
  return layout.replace(PARTS, (part) => {
    if (/^[.,]0/.test(part)) return part[0] + fraction.slice(0, part.length - 1);
    if (/^[.,]9/.test(part)) {
      const kept = fraction.slice(0, part.length - 1).replace(/0+$/, "");
      return kept === "" ? "" : part[0] + kept;
    }
    switch (part) {
      case "2006":
        return String(date.getUTCFullYear());
      case "06":
        return two(date.getUTCFullYear() % 100);
      case "January":
        return MONTHS[date.getUTCMonth()];
      case "Jan":
        return MONTHS[date.getUTCMonth()].slice(0, 3);
      case "01":
        return two(date.getUTCMonth() + 1);
      case "1":
        return String(date.getUTCMonth() + 1);
      case "Monday":
        return DAYS[date.getUTCDay()];
      case "Mon":
        return DAYS[date.getUTCDay()].slice(0, 3);
      case "02":
        return two(date.getUTCDate());
      case "_2":
        return String(date.getUTCDate()).padStart(2);
      case "2":
        return String(date.getUTCDate());
      case "15":
        return two(hour);
      case "03":
        return two(hour % 12 || 12);
      case "3":
        return String(hour % 12 || 12);
      case "04":
        return two(date.getUTCMinutes());
      case "4":
        return String(date.getUTCMinutes());
      case "05":
        return two(date.getUTCSeconds());
      case "5":
        return String(date.getUTCSeconds());
      case "PM":
        return hour < 12 ? "AM" : "PM";
      case "pm":
        return hour < 12 ? "am" : "pm";
      case "MST":
        return "UTC";
      case "Z07:00":
        return "Z";
      case "-07:00":
        return "+00:00";
      default:
        return "+0000";
    }
  });
}
