/** Every function of PromQL: what it takes and gives. What it does stands in ../functions. */
export type ValueType = "scalar" | "string" | "vector" | "matrix";

export interface FunctionSignature {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** How many arguments of the last type may come beyond the others; -1 = any number; 0 = exactly `args`. */
  readonly variadic: number;
  readonly returns: ValueType;
  /** Prometheus lets it be used behind a switch only. */
  readonly isExperimental: boolean;
}

/** name(arg, arg?, arg…n) result; ? = may be left out, …n = up to n of them, … = any number; ~ = experimental. */
const SIGNATURES = `
  abs(vector) vector; absent(vector) vector; absent_over_time(matrix) vector; acos(vector) vector; acosh(vector) vector;
  asin(vector) vector; asinh(vector) vector; atan(vector) vector; atanh(vector) vector; avg_over_time(matrix) vector;
  ceil(vector) vector; changes(matrix) vector; clamp(vector,scalar,scalar) vector; clamp_max(vector,scalar) vector;
  clamp_min(vector,scalar) vector; cos(vector) vector; cosh(vector) vector; count_over_time(matrix) vector;
  day_of_month(vector?) vector; day_of_week(vector?) vector; day_of_year(vector?) vector; days_in_month(vector?) vector;
  deg(vector) vector; delta(matrix) vector; deriv(matrix) vector; ~double_exponential_smoothing(matrix,scalar,scalar) vector;
  ~end() scalar; exp(vector) vector; first_over_time(matrix) vector; floor(vector) vector; histogram_avg(vector) vector;
  histogram_count(vector) vector; histogram_fraction(scalar,scalar,vector) vector; histogram_quantile(scalar,vector) vector;
  ~histogram_quantiles(vector,string,scalar,scalar…9) vector; histogram_stddev(vector) vector; histogram_stdvar(vector) vector;
  histogram_sum(vector) vector; hour(vector?) vector; idelta(matrix) vector; increase(matrix) vector;
  ~info(vector,vector?) vector; irate(matrix) vector; label_join(vector,string,string,string…) vector;
  label_replace(vector,string,string,string,string) vector; last_over_time(matrix) vector; ln(vector) vector;
  log10(vector) vector; log2(vector) vector; ~mad_over_time(matrix) vector; ~max_of(scalar,scalar) scalar;
  max_over_time(matrix) vector; ~min_of(scalar,scalar) scalar; min_over_time(matrix) vector; minute(vector?) vector;
  month(vector?) vector; pi() scalar; predict_linear(matrix,scalar) vector; present_over_time(matrix) vector;
  quantile_over_time(scalar,matrix) vector; rad(vector) vector; ~range() scalar; rate(matrix) vector; resets(matrix) vector;
  round(vector,scalar?) vector; scalar(vector) scalar; sgn(vector) vector; sin(vector) vector; sinh(vector) vector;
  sort(vector) vector; ~sort_by_label(vector,string…) vector; ~sort_by_label_desc(vector,string…) vector;
  sort_desc(vector) vector; sqrt(vector) vector; ~start() scalar; ~start_timestamp(vector) vector;
  stddev_over_time(matrix) vector; stdvar_over_time(matrix) vector; ~step() scalar; sum_over_time(matrix) vector;
  tan(vector) vector; tanh(vector) vector; time() scalar; timestamp(vector) vector; ~ts_of_first_over_time(matrix) vector;
  ~ts_of_last_over_time(matrix) vector; ~ts_of_max_over_time(matrix) vector; ~ts_of_min_over_time(matrix) vector;
  vector(scalar) vector; year(vector?) vector`;

export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map(
  SIGNATURES.split(";").map((text) => {
    const [, mark, name, list, returns] = /^\s*(~?)(\w+)\((.*)\) (\w+)$/.exec(text) ?? [];
    const args = list === "" ? [] : list.split(",");
    const [, extra, count] = /([?…])(\d*)$/.exec(args.at(-1) ?? "") ?? [];
    const variadic = extra === undefined ? 0 : extra === "?" ? 1 : count === "" ? -1 : Number(count);
    const signature: FunctionSignature = {
      name,
      args: args.map((arg) => arg.replace(/[?…].*/, "") as ValueType),
      variadic,
      returns: returns as ValueType,
      isExperimental: mark === "~",
    };
    return [name, signature];
  }),
);
