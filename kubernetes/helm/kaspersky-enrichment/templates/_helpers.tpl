{{- /* The name of all objects. */ -}}
{{- define "kaspersky-enrichment.name" -}}
{{ .Values.fullnameOverride | default .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "kaspersky-enrichment.selector" -}}
app.kubernetes.io/name: kaspersky-enrichment
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kaspersky-enrichment.labels" -}}
{{ include "kaspersky-enrichment.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* A value as the environment has it: lists with commas, and numbers, which Helm reads as floating point, in whole. */ -}}
{{- define "kaspersky-enrichment.text" -}}
{{- if kindIs "slice" . }}{{ join "," . }}{{ else if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- /* Sentences on values that do not belong together. */ -}}
{{- define "kaspersky-enrichment.check" -}}
{{- $given := merge (dict) .Values.settings .Values.secrets }}
{{- $_ := required "Set image.repository to the image in your own registry" .Values.image.repository }}
{{- $_ := required "Set settings.OPENCTI_URL to the address of OpenCTI, for example http://opencti:8080" .Values.settings.OPENCTI_URL }}
{{- $_ := required "Set settings.CONNECTOR_ID to your own UUID, for example from uuidgen" .Values.settings.CONNECTOR_ID }}
{{- $wanted := list "OPENCTI_TOKEN" "KASPERSKY_API_KEY" }}
{{- if .Values.store.enabled }}{{ $wanted = append $wanted "CONNECTOR_STORE" }}{{ end }}
{{- if not .Values.existingSecret }}
{{- range $wanted }}
{{- if not (or (hasKey $given .) (hasKey $given (printf "%s_FILE" .))) }}
{{- fail (printf "Set secrets.%s, or existingSecret to the name of a Secret that has it" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (not .Values.store.enabled) }}
{{- fail "Several replicas need store.enabled=true and CONNECTOR_STORE: without them each counts the quota on its own, and their results overtake each other" }}
{{- end }}
{{- if and (or (hasKey $given "CONNECTOR_STORE") (hasKey $given "CONNECTOR_STORE_FILE")) (not .Values.store.enabled) }}
{{- fail "CONNECTOR_STORE needs store.enabled=true" }}
{{- end }}
{{- end }}
