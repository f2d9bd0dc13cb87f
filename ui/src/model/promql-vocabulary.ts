/** The words of PromQL with what they take and do, for completion. Signatures as in Prometheus 3. */
export interface PromWord {
  readonly name: string;
  /** How it is called, or "" for keywords. */
  readonly signature: string;
  readonly about: string;
}

function words(text: string): PromWord[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [signature, about] = line.split(" | ").map((part) => part.trim());
      return { name: signature.split("(")[0], signature, about };
    });
}

export const AGGREGATIONS = words(`
sum(v) | adds up
avg(v) | mean
min(v) | smallest
max(v) | largest
count(v) | how many series
topk(k, v) | the k largest
bottomk(k, v) | the k smallest
quantile(q, v) | quantile over series
count_values("label", v) | how many have each value
stddev(v) | standard deviation over series
stdvar(v) | variance over series
group(v) | 1 for each group
`);

export const FUNCTIONS = words(`
rate(v[5m]) | increase per second, of counters
increase(v[5m]) | increase over the range, of counters
irate(v[5m]) | increase per second between the last two samples
histogram_quantile(0.95, b) | quantile of a histogram
histogram_avg(b) | mean of a native histogram
histogram_count(b) | count of a native histogram
histogram_sum(b) | sum of a native histogram
histogram_fraction(0, 0.5, b) | share between two values
histogram_stddev(b) | standard deviation of a native histogram
histogram_stdvar(b) | variance of a native histogram
delta(v[5m]) | difference over the range, of gauges
idelta(v[5m]) | difference of the last two samples
deriv(v[5m]) | slope per second
predict_linear(v[1h], 3600) | value to be expected in some seconds
double_exponential_smoothing(v[5m], 0.5, 0.5) | smoothed value
avg_over_time(v[5m]) | mean over the range
min_over_time(v[5m]) | smallest over the range
max_over_time(v[5m]) | largest over the range
sum_over_time(v[5m]) | sum over the range
count_over_time(v[5m]) | number of samples
last_over_time(v[5m]) | newest value of the range
first_over_time(v[5m]) | oldest value of the range
present_over_time(v[5m]) | 1 where there was a sample
quantile_over_time(0.95, v[5m]) | quantile over the range
stddev_over_time(v[5m]) | standard deviation over the range
stdvar_over_time(v[5m]) | variance over the range
mad_over_time(v[5m]) | median absolute deviation
absent(v) | 1 when there is no series
absent_over_time(v[5m]) | 1 when there was no sample
changes(v[5m]) | how often the value changed
resets(v[5m]) | how often the counter began anew
abs(v) | without sign
ceil(v) | rounded up
floor(v) | rounded down
round(v, 1) | rounded to a multiple
clamp(v, 0, 1) | kept within bounds
clamp_min(v, 0) | kept above
clamp_max(v, 1) | kept below
exp(v) | e to the power of
ln(v) | natural logarithm
log2(v) | logarithm to base 2
log10(v) | logarithm to base 10
sqrt(v) | square root
sgn(v) | sign
sin(v) | sine
cos(v) | cosine
tan(v) | tangent
asin(v) | inverse sine
acos(v) | inverse cosine
atan(v) | inverse tangent
sinh(v) | hyperbolic sine
cosh(v) | hyperbolic cosine
tanh(v) | hyperbolic tangent
asinh(v) | inverse hyperbolic sine
acosh(v) | inverse hyperbolic cosine
atanh(v) | inverse hyperbolic tangent
deg(v) | radians to degrees
rad(v) | degrees to radians
pi() | 3.14159…
label_replace(v, "to", "$1", "from", "(.*)") | writes a label from another
label_join(v, "to", ",", "a", "b") | joins labels
sort(v) | by value, ascending
sort_desc(v) | by value, descending
sort_by_label(v, "label") | by a label
sort_by_label_desc(v, "label") | by a label, descending
scalar(v) | the value of a single series
vector(1) | a number as a series
info(v) | adds labels of target_info
time() | now, in seconds
timestamp(v) | time of the sample
minute(v) | minute of the hour
hour(v) | hour of the day, UTC
day_of_week(v) | 0 = Sunday
day_of_month(v) | day of the month
day_of_year(v) | day of the year
days_in_month(v) | length of the month
month(v) | month of the year
year(v) | year
`);

export const KEYWORDS: readonly PromWord[] = [
  ["by", "group by labels"],
  ["without", "group by all other labels"],
  ["on", "match by these labels"],
  ["ignoring", "match by all other labels"],
  ["group_left", "many on the left"],
  ["group_right", "many on the right"],
  ["offset", "at an earlier time"],
  ["bool", "0 or 1 instead of filtering"],
  ["and", "where both are"],
  ["or", "either"],
  ["unless", "where the other is not"],
].map(([name, about]) => ({ name, signature: "", about }));
