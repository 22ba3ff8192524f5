{{/* Values that cannot work together, or that are missing. Each is refused with a sentence that says the way out. */}}
{{- define "wearon.contradictions" -}}
{{- $root := . }}
{{- $v := .Values }}
{{- $required := list
      (list $v.publicUrl "publicUrl" "the URL of the gateway as clients see it")
      (list $v.database.host "database.host" "the host of PostgreSQL")
      (list (or $v.existingSecret $v.database.existingSecret) "existingSecret or database.existingSecret" "the Secret with the passwords of the database roles")
      (list $v.redis.existingSecret "redis.existingSecret" "the Secret with the URL of Redis")
      (list (or $v.existingSecret $v.identity.existingSecret) "existingSecret or identity.existingSecret" "the Secret with the identity keys")
      (list (or $v.existingSecret $v.gateway.adminTokens.existingSecret) "existingSecret or gateway.adminTokens.existingSecret" "the Secret with the operator tokens")
      (list (or $v.existingSecret $v.storage.signing.existingSecret) "existingSecret or storage.signing.existingSecret" "the Secret with the key that signs URLs") }}
{{- range $required }}
{{- if not (index . 0) }}
{{- fail (printf "Set %s: %s." (index . 1) (index . 2)) }}
{{- end }}
{{- end }}
{{- range $name, $ca := dict "database" $v.database.ca "redis" $v.redis.ca }}
{{- if and $ca.existingConfigMap $ca.existingSecret }}
{{- fail (printf "%s.ca.existingConfigMap and %s.ca.existingSecret are both set: the certificates are in one of them." $name $name) }}
{{- end }}
{{- end }}
{{- if and $v.gateway.ingress.enabled $v.gateway.httpRoute.enabled }}
{{- fail "gateway.ingress and gateway.httpRoute are both enabled: choose one way to the gateway." }}
{{- end }}
{{- if and $v.gateway.ingress.enabled (not $v.gateway.ingress.hosts) }}
{{- fail "gateway.ingress.enabled needs gateway.ingress.hosts." }}
{{- end }}
{{- if and $v.gateway.httpRoute.enabled (not $v.gateway.httpRoute.parentRefs) }}
{{- fail "gateway.httpRoute.enabled needs gateway.httpRoute.parentRefs: the Gateways that serve it." }}
{{- end }}
{{- if and (ne $v.model.name "local") (not $v.gateway.disclosure.provider) (not $v.gateway.disclosure.text) }}
{{- fail (printf "model.name is %s, so set gateway.disclosure.provider or gateway.disclosure.text: shoppers must know who receives their photos." $v.model.name) }}
{{- end }}
{{- if eq $v.storage.backend "s3" }}
{{- if not $v.storage.s3.bucket }}
{{- fail "storage.backend is s3, so set storage.s3.bucket." }}
{{- end }}
{{- end }}
{{- range $component := include "wearon.components" . | fromYamlArray }}
{{- $key := $component.key }}
{{- $values := include "wearon.values" (dict "root" $root "key" $key) | fromYaml }}
{{- if and (eq $key "storage") (eq $v.storage.backend "filesystem") (or (gt (int $values.replicas) 1) $values.autoscaling.enabled) }}
{{- fail "storage.backend is filesystem, which one process locks: set storage.replicas to 1 and storage.autoscaling.enabled to false, or use s3." }}
{{- end }}
{{- if and (eq $key "worker") $values.autoscaling.enabled $values.keda.enabled }}
{{- fail "worker.autoscaling and worker.keda are both enabled: two autoscalers would change the same number of pods. Choose one." }}
{{- end }}
{{- if and $values.autoscaling.enabled (gt (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas)) }}
{{- fail (printf "%s.autoscaling.minReplicas is greater than its maxReplicas." $key) }}
{{- end }}
{{- if and $values.autoscaling.enabled (not (dig "requests" "cpu" "" $values.resources)) }}
{{- fail (printf "%s.autoscaling is enabled, so set %s.resources.requests.cpu: the autoscaler compares the CPU with it." $key $key) }}
{{- end }}
{{- $delay := int $values.shutdownDelaySeconds }}
{{- $grace := int $values.terminationGracePeriodSeconds }}
{{- $longest := 30 }}
{{- if eq $key "worker" }}
{{- if gt (int $values.keda.minReplicas) (int $values.keda.maxReplicas) }}
{{- fail "worker.keda.minReplicas is greater than worker.keda.maxReplicas." }}
{{- end }}
{{- $drain := int $values.drainTimeoutSeconds }}
{{- if ge $drain $grace }}
{{- fail (printf "worker.drainTimeoutSeconds (%d) must be shorter than worker.terminationGracePeriodSeconds (%d): the pod would be killed while it finishes its sessions." $drain $grace) }}
{{- end }}
{{- if lt $drain (int $v.model.timeoutSeconds) }}
{{- fail (printf "worker.drainTimeoutSeconds (%d) is shorter than model.timeoutSeconds (%d): a pod that ends would drop pictures that are paid for, and another pod would pay for them again." $drain (int $v.model.timeoutSeconds)) }}
{{- end }}
{{- $longest = max 30 $drain | int }}
{{- end }}
{{- $least := add $delay $longest 10 | int }}
{{- if le $grace $least }}
{{- fail (printf "%s.terminationGracePeriodSeconds (%d) must be more than %d: the shutdown delay, the time for running work, and 10 s." $key $grace $least) }}
{{- end }}
{{- $own := include "wearon.variables" (dict "root" $root "component" $component "key" $key "values" $values) | fromYaml }}
{{- range $variable, $_ := $values.config }}
{{- if or (hasKey $own $variable) (has $variable (list "WEARON_DB_PASSWORD" "WEARON_REDIS_URL" "WEARON_ADMIN_TOKEN" "WEARON_WEBHOOK_KEYS" "WEARON_SHOPIFY_CLIENT_SECRET" "WEARON_SHOPIFY_CLIENT_SECRET_BEFORE" "WEARON_SHOPIFY_TOKEN_KEYS" "WEARON_ORDERS_SHOPPER_KEYS" "WEARON_STORAGE_SIGNING_KEY" "WEARON_STORAGE_PREVIOUS_SIGNING_KEY" "WEARON_STORAGE_S3_ACCESS_KEY_ID" "WEARON_STORAGE_S3_SECRET_ACCESS_KEY" "WEARON_DB_CA" "WEARON_REDIS_CA")) }}
{{- fail (printf "%s.config.%s: the chart sets this variable from another value, or from a Secret. README.md has them." $key $variable) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
