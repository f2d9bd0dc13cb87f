/**
 * The templates that users of Alertmanager know by name and use in their own (`{{ template "slack.default.title" . }}`), in Goldspan's
 * words. A template file that defines one of these names takes its place. Channels whose keys name no template say more than these.
 */

/** Kind -> key of the name -> what it is. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  slack: {
    title: subject(),
    username: name(),
    fallback: `${subject()} | ${address()}`,
    callbackid: "",
    pretext: "",
    titlelink: address(),
    iconemoji: "",
    iconurl: "",
    text: list("__text_alert_list"),
    footer: "",
  },
  mattermost: {
    title: subject(),
    username: name(),
    fallback: `${subject()} | ${address()}`,
    pretext: "",
    titlelink: address(),
    iconemoji: "",
    iconurl: "",
    text: list("__text_alert_list_markdown"),
    footer: "",
    color: '{{ if eq .Status "firing" }}#d03b3b{{ else }}#2e9e5b{{ end }}',
  },
  rocketchat: {
    title: subject(),
    alias: name(),
    titlelink: address(),
    emoji: "",
    iconurl: "",
    text: list("__text_alert_list"),
  },
  pagerduty: {
    description: subject(),
    client: name(),
    clientURL: address(),
    instances: list("__text_alert_list"),
  },
  opsgenie: { message: subject(), description: list("__description"), source: address() },
  victorops: { state_message: list("__description"), entity_display_name: subject(), monitoring_tool: name() },
  pushover: { title: subject(), message: list("__description"), url: address() },
  sns: { subject: subject(), message: list("__description") },
  telegram: { message: list("__html_alert_list") },
  discord: { content: "", title: subject(), message: list("__text_alert_list_markdown") },
  webex: { message: list("__text_alert_list_markdown") },
  msteams: { summary: subject(), title: subject(), text: list("__text_alert_list_markdown") },
  msteamsv2: { title: subject(), text: list("__text_alert_list_markdown") },
  jira: {
    summary: subject(),
    description: list("__text_alert_list"),
    priority:
      '{{ if eq .CommonLabels.severity "critical" }}High{{ else if eq .CommonLabels.severity "info" }}Low{{ else }}Medium{{ end }}',
  },
  wechat: { message: list("__description"), to_user: "", to_party: "", to_tag: "", agent_id: "", api_secret: "" },
  googlechat: { title: subject(), text: list("__text_alert_list") },
  ntfy: { title: subject(), message: list("__text_alert_list") },
  email: { subject: subject(), html: list("__email_html"), text: list("__text_alert_list") },
};

function subject(): string {
  return '{{ template "__subject" . }}';
}

function name(): string {
  return '{{ template "__alertmanager" . }}';
}

function address(): string {
  return '{{ template "__alertmanagerURL" . }}';
}

function list(of: string): string {
  return `{{ template ${JSON.stringify(of)} . }}`;
}

/** What the named ones are made of. */
const PARTS = `
{{ define "__alertmanager" }}Goldspan{{ end }}
{{ define "__alertmanagerURL" }}{{ .ExternalURL }}/alerts?receiver={{ .Receiver | urlquery }}{{ end }}
{{ define "__subject" -}}
[{{ toUpper .Status }}{{ with .Alerts.Firing }}:{{ len . }}{{ end }}]
{{- range .GroupLabels.SortedPairs.Values }} {{ . }}{{ end }}
{{- with (.CommonLabels.Remove .GroupLabels.Names).Values }} ({{ join ", " . }}){{ end }}
{{- end }}
{{ define "__description" -}}
{{ with .Alerts.Firing }}Firing:
{{ range . }}{{ template "__alert_text" . }}{{ end }}{{ end -}}
{{ with .Alerts.Resolved }}Resolved:
{{ range . }}{{ template "__alert_text" . }}{{ end }}{{ end -}}
{{ end }}
{{ define "__text_alert_list" }}{{ range .Alerts }}{{ template "__alert_text" . }}{{ end }}{{ end }}
{{ define "__alert_text" }}{{ .Labels.alertname }}{{ with .Annotations.summary }}: {{ . }}{{ end }}
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ range (.Labels.Remove (stringSlice "alertname")).SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}{{ with .Annotations.evidence }}{{ . }}
{{ end }}{{ with .GeneratorURL }}Source: {{ . }}
{{ end }}{{ end }}
{{ define "__text_alert_list_markdown" }}{{ range .Alerts }}**{{ .Labels.alertname }}**{{ with .Annotations.summary }}: {{ . }}{{ end }}

{{ with .Annotations.description }}{{ . }}

{{ end }}{{ range (.Labels.Remove (stringSlice "alertname")).SortedPairs }}- {{ .Name }} = {{ .Value }}
{{ end }}{{ with .Annotations.evidence }}
{{ . }}
{{ end }}{{ with .GeneratorURL }}
[Source]({{ . }})
{{ end }}
{{ end }}{{ end }}
{{ define "__html_alert_list" }}{{ range .Alerts }}<b>{{ .Labels.alertname | html }}</b>{{ with .Annotations.summary }}: {{ . | html }}{{ end }}
{{ with .Annotations.description }}{{ . | html }}
{{ end }}{{ range (.Labels.Remove (stringSlice "alertname")).SortedPairs }} - {{ .Name | html }} = {{ .Value | html }}
{{ end }}{{ with .Annotations.evidence }}{{ . | html }}
{{ end }}{{ with .GeneratorURL }}Source: {{ . | html }}
{{ end }}
{{ end }}{{ end }}
{{ define "__email_html" }}<html><body><h2>{{ template "__subject" . }}</h2>
{{ range .Alerts }}<h3>{{ .Labels.alertname }} ({{ .Status }})</h3>
{{ with .Annotations.summary }}<p>{{ . }}</p>{{ end }}
{{ with .Annotations.description }}<p>{{ . }}</p>{{ end }}
<ul>{{ range (.Labels.Remove (stringSlice "alertname")).SortedPairs }}<li>{{ .Name }} = {{ .Value }}</li>{{ end }}</ul>
{{ with .Annotations.evidence }}<pre>{{ . }}</pre>{{ end }}
{{ with .GeneratorURL }}<p><a href="{{ . }}">Source</a></p>{{ end }}
{{ end }}<p><a href="{{ template "__alertmanagerURL" . }}">Open in Goldspan</a></p></body></html>{{ end }}
`;

/** As the text of one template file. */
export const DEFAULT_TEMPLATES =
  PARTS +
  Object.entries(NAMES)
    .flatMap(([kind, keys]) =>
      Object.entries(keys).map(([key, body]) => `{{ define "${kind}.default.${key}" }}${body}{{ end }}`),
    )
    .join("\n");
