{{/* Names. */}}
{{- define "wearon.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "wearon.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "wearon.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "wearon.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* The components, in the order in which their versions should change: those that are called come first. */}}
{{- define "wearon.components" -}}
- key: storage
  name: storage
  service: storage
  port: 8083
  managementPort: 9083
- key: credits
  name: credits
  service: credits
  port: 8081
  managementPort: 9081
- key: generationApi
  name: generation-api
  service: generation
  port: 8082
  managementPort: 9082
- key: worker
  name: worker
  service: generation
  managementPort: 9082
- key: gateway
  name: gateway
  service: gateway
  port: 8080
  managementPort: 9080
{{- end }}

{{/* Which component calls which. NetworkPolicies and addresses follow from it; the arrows are those of docs/architecture.md. */}}
{{- define "wearon.calls" -}}
gateway: [credits, generation-api, storage]
generation-api: [credits, storage]
worker: [credits, storage]
{{- end }}

{{/* The components that use Redis. */}}
{{- define "wearon.redisClients" -}}
[gateway, generation-api, worker]
{{- end }}

{{- define "wearon.selectorLabels" -}}
app.kubernetes.io/name: {{ include "wearon.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "wearon.labels" -}}
{{ include "wearon.selectorLabels" . }}
app.kubernetes.io/part-of: wearon
app.kubernetes.io/version: {{ default .root.Chart.AppVersion .root.Values.image.tag | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The beginning of metadata. */}}
{{- define "wearon.metadata" -}}
name: {{ default (printf "%s-%s" (include "wearon.fullname" .root) .component) .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "wearon.labels" . | nindent 2 }}
{{- with merge (deepCopy (default dict .annotations)) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The metadata of an object for the operator of Prometheus or for Grafana, with the labels by which those select it. */}}
{{- define "wearon.monitoringMetadata" -}}
{{- $metadata := include "wearon.metadata" . | fromYaml }}
{{- toYaml (mergeOverwrite $metadata (dict "labels" .labels)) }}
{{- end }}

{{/* The values of a component over the defaults of all, as YAML. An empty list or map of a component replaces nothing. */}}
{{- define "wearon.values" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values .key)) | toYaml }}
{{- end }}

{{- define "wearon.image" -}}
{{- $registry := default .root.Values.image.registry .image.registry }}
{{- $image := .image.repository }}
{{- if $registry }}{{ $image = printf "%s/%s" $registry $image }}{{ end }}
{{- if .image.digest }}
{{- printf "%s@%s" $image .image.digest }}
{{- else }}
{{- printf "%s:%s" $image (toString (default .root.Chart.AppVersion (default .root.Values.image.tag .image.tag))) }}
{{- end }}
{{- end }}

{{- define "wearon.serviceAccount" -}}
{{- if .values.serviceAccount.name }}
{{- .values.serviceAccount.name }}
{{- else if .values.serviceAccount.create }}
{{- printf "%s-%s" (include "wearon.fullname" .root) .component }}
{{- else }}
{{- "default" }}
{{- end }}
{{- end }}

{{/* The largest number of pods of a component during an update. */}}
{{- define "wearon.maxPods" -}}
{{- $pods := int .values.replicas }}
{{- if and (eq .key "worker") .values.keda.enabled }}
{{- $pods = int .values.keda.maxReplicas }}
{{- else if .values.autoscaling.enabled }}
{{- $pods = int .values.autoscaling.maxReplicas }}
{{- end }}
{{- if not (and (eq .key "storage") (eq .root.Values.storage.backend "filesystem")) }}
{{- $pods = add $pods 1 }}
{{- end }}
{{- $pods }}
{{- end }}

{{/* Whether an autoscaler sets the number of pods. Empty: no. */}}
{{- define "wearon.autoscaled" -}}
{{- if or .values.autoscaling.enabled (and (eq .key "worker") .values.keda.enabled) }}yes{{ end }}
{{- end }}

{{/* The variables of a component that are no secrets, as YAML. */}}
{{- define "wearon.variables" -}}
{{- $root := .root }}
{{- $v := $root.Values }}
{{- $key := .component.key }}
{{- $name := .component.name }}
{{- $variables := dict
      "WEARON_HTTP_HOST" "0.0.0.0"
      "WEARON_MANAGEMENT_HOST" "0.0.0.0"
      "WEARON_MANAGEMENT_PORT" (toString .component.managementPort)
      "WEARON_SHUTDOWN_DELAY" (printf "%ds" (int .values.shutdownDelaySeconds))
      "WEARON_DB_URL" (printf "postgresql://%s:%d/%s" $v.database.host (int $v.database.port) $v.database.name)
      "WEARON_DB_USERNAME" (index $v.database.roles .component.service).username
      "WEARON_DB_POOL_SIZE" (toString (int .values.databasePoolSize))
      "WEARON_DB_TRANSACTION_POOLING" (toString $v.database.transactionPooling)
      "WEARON_DB_MIGRATE_AT_START" "false"
      "WEARON_IDENTITY_PUBLIC_KEYS" "/etc/wearon/identity/identities.jwks" }}
{{- if $v.traces.endpoint }}
{{- $_ := set $variables "WEARON_TRACES_ENDPOINT" $v.traces.endpoint }}
{{- $_ := set $variables "WEARON_TRACES_RATIO" (toString $v.traces.ratio) }}
{{- end }}
{{- if .component.port }}
{{- $_ := set $variables "WEARON_HTTP_PORT" (toString .component.port) }}
{{- end }}
{{- if or $v.database.ca.existingConfigMap $v.database.ca.existingSecret }}
{{- $_ := set $variables "WEARON_DB_CA" "/etc/wearon/database-ca/ca.pem" }}
{{- end }}
{{- if has $name (include "wearon.redisClients" . | fromYamlArray) }}
{{- if $v.redis.sentinelMaster }}
{{- $_ := set $variables "WEARON_REDIS_SENTINEL_MASTER" $v.redis.sentinelMaster }}
{{- end }}
{{- if or $v.redis.ca.existingConfigMap $v.redis.ca.existingSecret }}
{{- $_ := set $variables "WEARON_REDIS_CA" "/etc/wearon/redis-ca/ca.pem" }}
{{- end }}
{{- end }}
{{- if has .component.service (list "gateway" "generation") }}
{{- $_ := set $variables "WEARON_IDENTITY_PRIVATE_KEY" "/etc/wearon/identity/private.pem" }}
{{- $_ := set $variables "WEARON_MODEL_NAME" $v.model.name }}
{{- end }}
{{- $calls := include "wearon.calls" . | fromYaml }}
{{- range $other := include "wearon.components" . | fromYamlArray }}
{{- if has $other.name (default list (index $calls $name)) }}
{{- $_ := set $variables (printf "WEARON_%s_URL" (upper $other.service)) (printf "http://%s-%s:%d" (include "wearon.fullname" $root) $other.name (int $other.port)) }}
{{- end }}
{{- end }}
{{- if eq $key "gateway" }}
{{- $_ := set $variables "WEARON_PUBLIC_URL" $v.publicUrl }}
{{- $_ := set $variables "WEARON_STORAGE_RETENTION" $v.pictures.retention }}
{{- $_ := set $variables "WEARON_LIMITS_GATEWAYS" (include "wearon.maxPods" (dict "root" $root "key" $key "values" .values)) }}
{{- if $v.gateway.disclosure.provider }}
{{- $_ := set $variables "WEARON_DISCLOSURE_PROVIDER" $v.gateway.disclosure.provider }}
{{- end }}
{{- if $v.gateway.disclosure.text }}
{{- $_ := set $variables "WEARON_DISCLOSURE_TEXT" $v.gateway.disclosure.text }}
{{- end }}
{{- if $v.gateway.trustedProxies }}
{{- $_ := set $variables "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING" "true" }}
{{- $_ := set $variables "QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED" "true" }}
{{- $_ := set $variables "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES" (join "," $v.gateway.trustedProxies) }}
{{- end }}
{{- else if eq .component.service "generation" }}
{{- $_ := set $variables "WEARON_MODEL_TIMEOUT" (printf "%ds" (int $v.model.timeoutSeconds)) }}
{{- $_ := set $variables "WEARON_ROLES" (eq $key "worker" | ternary "worker" "api") }}
{{- if eq $key "worker" }}
{{- $_ := set $variables "WEARON_WORKER_CONCURRENCY" (toString (int $v.worker.concurrency)) }}
{{- $_ := set $variables "WEARON_WORKER_DRAIN_TIMEOUT" (printf "%ds" (int $v.worker.drainTimeoutSeconds)) }}
{{- $_ := set $variables "WEARON_MODEL_MEMORY" $v.worker.modelMemory }}
{{- else }}
{{- /* It makes no pictures. With the default it would warn that its heap is too small for them. */}}
{{- $_ := set $variables "WEARON_MODEL_MEMORY" "32M" }}
{{- end }}
{{- else if eq $key "storage" }}
{{- $_ := set $variables "WEARON_STORAGE_RETENTION" $v.pictures.retention }}
{{- $_ := set $variables "WEARON_PUBLIC_URL" $v.publicUrl }}
{{- $_ := set $variables "WEARON_STORAGE_BACKEND" $v.storage.backend }}
{{- if eq $v.storage.backend "filesystem" }}
{{- $_ := set $variables "WEARON_STORAGE_DATA_DIR" "/var/lib/wearon" }}
{{- else }}
{{- $_ := set $variables "WEARON_STORAGE_S3_BUCKET" $v.storage.s3.bucket }}
{{- $_ := set $variables "WEARON_STORAGE_S3_REGION" $v.storage.s3.region }}
{{- $_ := set $variables "WEARON_STORAGE_S3_PATH_STYLE" (toString $v.storage.s3.pathStyle) }}
{{- $_ := set $variables "WEARON_STORAGE_S3_PREFIX" $v.storage.s3.prefix }}
{{- if $v.storage.s3.endpoint }}
{{- $_ := set $variables "WEARON_STORAGE_S3_ENDPOINT" $v.storage.s3.endpoint }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $variables }}
{{- end }}

{{- define "wearon.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{/* The variables of a component that are secrets: each a key of a Secret that exists. */}}
{{- define "wearon.secretVariables" -}}
{{- $v := .root.Values }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_DB_PASSWORD" "secret" (default $v.existingSecret $v.database.existingSecret) "key" (index $v.database.roles .component.service).existingSecretPasswordKey) }}
{{- if has .component.name (include "wearon.redisClients" . | fromYamlArray) }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_REDIS_URL" "secret" $v.redis.existingSecret "key" $v.redis.existingSecretUrlKey) }}
{{- end }}
{{- if eq .component.key "gateway" }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_ADMIN_TOKEN" "secret" (default $v.existingSecret $v.gateway.adminTokens.existingSecret) "key" $v.gateway.adminTokens.existingSecretKey) }}
{{- with default $v.existingSecret $v.gateway.webhookKeys.existingSecret }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_WEBHOOK_KEYS" "secret" . "key" $v.gateway.webhookKeys.existingSecretKey "optional" true) }}
{{- end }}
{{- with $v.gateway.shopify.existingSecret }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_SHOPIFY_CLIENT_ID" "secret" . "key" "client-id") }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_SHOPIFY_CLIENT_SECRET" "secret" . "key" "client-secret") }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_SHOPIFY_CLIENT_SECRET_BEFORE" "secret" . "key" "client-secret-before" "optional" true) }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_SHOPIFY_TOKEN_KEYS" "secret" . "key" "token-keys") }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_ORDERS_SHOPPER_KEYS" "secret" . "key" "shopper-keys" "optional" true) }}
{{- end }}
{{- end }}
{{- if eq .component.key "storage" }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_STORAGE_SIGNING_KEY" "secret" (default $v.existingSecret $v.storage.signing.existingSecret) "key" $v.storage.signing.existingSecretKey) }}
{{- if $v.storage.signing.existingSecretPreviousKey }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_STORAGE_PREVIOUS_SIGNING_KEY" "secret" (default $v.existingSecret $v.storage.signing.existingSecret) "key" $v.storage.signing.existingSecretPreviousKey) }}
{{- end }}
{{- if and (eq $v.storage.backend "s3") $v.storage.s3.existingSecret }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_STORAGE_S3_ACCESS_KEY_ID" "secret" $v.storage.s3.existingSecret "key" $v.storage.s3.existingSecretAccessKeyIdKey) }}
{{ include "wearon.secretVariable" (dict "name" "WEARON_STORAGE_S3_SECRET_ACCESS_KEY" "secret" $v.storage.s3.existingSecret "key" $v.storage.s3.existingSecretSecretAccessKeyKey) }}
{{- end }}
{{- end }}
{{- end }}

{{/* A volume with the certificates of authorities. */}}
{{- define "wearon.caVolume" -}}
- name: {{ .name }}
  {{- if .ca.existingConfigMap }}
  configMap:
    name: {{ .ca.existingConfigMap }}
    items: [{key: {{ .ca.key | quote }}, path: ca.pem}]
  {{- else }}
  secret:
    secretName: {{ .ca.existingSecret }}
    items: [{key: {{ .ca.key | quote }}, path: ca.pem}]
  {{- end }}
{{- end }}

{{/* The files that a component reads: only the private key that is its own. */}}
{{- define "wearon.fileVolumes" -}}
{{- $v := .root.Values }}
- name: identity
  secret:
    secretName: {{ default $v.existingSecret $v.identity.existingSecret }}
    defaultMode: 0440
    items:
      - {key: {{ $v.identity.existingSecretPublicKeysKey | quote }}, path: identities.jwks}
      {{- if eq .component.service "gateway" }}
      - {key: {{ $v.identity.existingSecretGatewayKey | quote }}, path: private.pem}
      {{- else if eq .component.service "generation" }}
      - {key: {{ $v.identity.existingSecretGenerationKey | quote }}, path: private.pem}
      {{- end }}
{{- end }}

{{- define "wearon.caVolumes" -}}
{{- $v := .root.Values }}
{{- if or $v.database.ca.existingConfigMap $v.database.ca.existingSecret }}
{{ include "wearon.caVolume" (dict "name" "database-ca" "ca" $v.database.ca) }}
{{- end }}
{{- if and .redis (or $v.redis.ca.existingConfigMap $v.redis.ca.existingSecret) }}
{{ include "wearon.caVolume" (dict "name" "redis-ca" "ca" $v.redis.ca) }}
{{- end }}
{{- end }}

{{- define "wearon.caMounts" -}}
{{- $v := .root.Values }}
{{- if or $v.database.ca.existingConfigMap $v.database.ca.existingSecret }}
- {name: database-ca, mountPath: /etc/wearon/database-ca, readOnly: true}
{{- end }}
{{- if and .redis (or $v.redis.ca.existingConfigMap $v.redis.ca.existingSecret) }}
- {name: redis-ca, mountPath: /etc/wearon/redis-ca, readOnly: true}
{{- end }}
{{- end }}

{{/* Settings of every pod: no token of the API server, and no variables for the Services of the namespace. One of these would set the port of a service to an address. */}}
{{- define "wearon.podDefaults" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What every pod may reach. */}}
{{- define "wearon.egressToDnsAndDatabase" -}}
- to:
    {{- toYaml .root.Values.networkPolicy.dns | nindent 4 }}
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
- {{- with .root.Values.networkPolicy.database }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - {port: {{ .port }}, protocol: TCP}
{{- end }}
