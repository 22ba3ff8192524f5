package dev.wearon.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart renders of the examples. */
class ExamplesTest {

    private static final List<String> COMPONENTS = List.of("gateway", "credits", "generation-api", "worker", "storage");

    static List<String> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void haveNoUnknownField(String example) {
        List<JsonNode> objects = Chart.objects(example);
        assertThat(objects).hasSizeGreaterThan(20);
        for (JsonNode object : objects) {
            assertThat(Fields.unknown(object)).as(Chart.name(object)).isEmpty();
        }
    }

    @Test
    void haveAChartWithoutAnErrorOfTheLinter() {
        LintResult linted = new Helm(Chart.FOLDER).lint().strict().call();
        assertThat(linted.isFailed()).as(linted.getMessages().toString()).isFalse();
    }

    @Test
    void findATypo() {
        JsonNode gateway = deployment("small", "gateway");
        ((ObjectNode) gateway.at("/spec/template/spec")).put("enableServiceLink", false);
        assertThat(Fields.unknown(gateway)).singleElement().asString().endsWith(".enableServiceLink");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void nameEveryObjectOnce(String example) {
        assertThat(Chart.objects(example).stream().map(object -> object.path("kind") + Chart.name(object)))
                .doesNotHaveDuplicates();
    }

    /** The Pod Security Standard "restricted", and what a service needs beyond it. */
    @ParameterizedTest
    @MethodSource("examples")
    void restrictEveryPod(String example) {
        List<JsonNode> pods = pods(Chart.objects(example));
        assertThat(pods).hasSize(COMPONENTS.size() + 2);
        for (JsonNode pod : pods) {
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(pod.path("automountServiceAccountToken").asText()).isEqualTo("false");
            // A Service wearon-http would set WEARON_HTTP_PORT to an address.
            assertThat(pod.path("enableServiceLinks").asText()).isEqualTo("false");
            for (JsonNode container : containers(pod)) {
                JsonNode context = container.path("securityContext");
                assertThat(context.path("allowPrivilegeEscalation").asText()).isEqualTo("false");
                assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
                assertThat(mounts(container)).contains("/tmp");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void askEveryServiceAtItsManagementPort(String example) {
        for (String component : COMPONENTS) {
            JsonNode container = containers(deployment(example, component).at("/spec/template/spec"))
                    .getFirst();
            Map.of("startupProbe", "started", "livenessProbe", "live", "readinessProbe", "ready")
                    .forEach((probe, path) -> {
                        assertThat(container.at("/" + probe + "/httpGet/port").asText())
                                .isEqualTo("management");
                        assertThat(container.at("/" + probe + "/httpGet/path").asText())
                                .isEqualTo("/q/health/" + path);
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void migrateInOneJobAndInNoServingPod(String example) {
        List<JsonNode> objects = Chart.objects(example);
        for (String component : COMPONENTS) {
            assertThat(configuration(objects, component)
                            .path("WEARON_DB_MIGRATE_AT_START")
                            .asText())
                    .isEqualTo("false");
        }
        JsonNode job = Chart.ofKind(objects, "Job").getFirst();
        List<JsonNode> steps = containers(job.at("/spec/template/spec"));
        assertThat(steps.stream().map(step -> step.path("name").asText()))
                .containsExactly("storage", "credits", "generation", "gateway");
        for (JsonNode step : steps) {
            assertThat(variable(step, "QUARKUS_INIT_AND_EXIT")).isEqualTo("true");
            assertThat(variable(step, "WEARON_DB_MIGRATE_AT_START")).isEqualTo("true");
        }
        // It runs before anything else of the release exists.
        assertThat(job.toString()).doesNotContain("configMapRef");
        assertThat(job.at("/spec/template/spec").has("serviceAccountName")).isFalse();
    }

    /** It is permitted to reach PostgreSQL only. */
    @Test
    void migrateWithoutTheBucket() {
        JsonNode job = Chart.ofKind(Chart.objects("production"), "Job").getFirst();
        JsonNode storage = containers(job.at("/spec/template/spec")).getFirst();
        assertThat(variable(storage, "WEARON_STORAGE_BACKEND")).isEqualTo("filesystem");
        assertThat(mounts(storage)).contains(variable(storage, "WEARON_STORAGE_DATA_DIR"));
    }

    @Test
    void migrateAroundThePooler() {
        JsonNode job = Chart.ofKind(Chart.objects("production"), "Job").getFirst();
        for (JsonNode step : containers(job.at("/spec/template/spec"))) {
            assertThat(variable(step, "WEARON_DB_URL")).contains("postgresql.databases");
            assertThat(variable(step, "WEARON_DB_TRANSACTION_POOLING")).isEqualTo("false");
        }
    }

    @Test
    void canMigrateInAPlainJobOfEachRevision() {
        List<JsonNode> objects =
                Chart.parse(Chart.render("small", Map.of("migration.useHelmHooks", false, "migration.revision", "r7")));
        assertThat(Chart.named(objects, "Job", "wearon-migration-r7")
                        .at("/metadata/annotations")
                        .isMissingNode())
                .isTrue();
    }

    /** An upgrade would undo what the autoscaler has set. */
    @Test
    void leaveTheNumberOfPodsToTheAutoscaler() {
        for (String component : COMPONENTS) {
            assertThat(deployment("small", component).at("/spec/replicas").asInt())
                    .isOne();
            assertThat(deployment("production", component).path("spec").has("replicas"))
                    .isFalse();
        }
        List<JsonNode> objects = Chart.objects("production");
        assertThat(Chart.ofKind(objects, "HorizontalPodAutoscaler").stream().map(Chart::name))
                .containsExactlyInAnyOrder(
                        "wearon-gateway", "wearon-credits", "wearon-generation-api", "wearon-storage");
    }

    @Test
    void scaleWorkersByTheirSessions() {
        List<JsonNode> objects = Chart.objects("production", Map.of("worker.concurrency", 3));
        JsonNode scaled = Chart.named(objects, "ScaledObject", "wearon-worker").path("spec");
        assertThat(scaled.at("/scaleTargetRef/name").asText()).isEqualTo("wearon-worker");
        assertThat(scaled.path("minReplicaCount").asInt()).isEqualTo(2);
        assertThat(scaled.at("/fallback/behavior").asText()).isEqualTo("currentReplicasIfHigher");
        JsonNode trigger = scaled.at("/triggers/0/metadata");
        assertThat(trigger.path("query").asText()).isEqualTo("SELECT generation.worker_demand()");
        assertThat(trigger.path("targetQueryValue").isTextual()).isTrue();
        assertThat(trigger.path("targetQueryValue").asText())
                .isEqualTo(configuration(objects, "worker")
                        .path("WEARON_WORKER_CONCURRENCY")
                        .asText());
        trigger.forEach(
                field -> assertThat(field.isTextual()).as(field.toString()).isTrue());
        Chart.named(objects, "TriggerAuthentication", "wearon-worker");
    }

    @Test
    void replaceStorageWithAFolderOnlyAfterItsEnd() {
        assertThat(deployment("small", "storage").at("/spec/strategy/type").asText())
                .isEqualTo("Recreate");
        assertThat(deployment("production", "storage")
                        .at("/spec/strategy/rollingUpdate/maxUnavailable")
                        .asText())
                .isEqualTo("0");
    }

    @Test
    void giveEachComponentOnlyItsOwnSecrets() {
        List<JsonNode> objects = Chart.objects("production");
        assertThat(secrets(objects, "gateway"))
                .containsExactlyInAnyOrder(
                        "wearon-keys/gateway-password",
                        "wearon-redis/url",
                        "wearon-keys/admin-token",
                        "wearon-keys/webhook-key",
                        "wearon-keys/identities.jwks",
                        "wearon-keys/gateway.pem");
        assertThat(secrets(objects, "credits"))
                .containsExactlyInAnyOrder("wearon-keys/credits-password", "wearon-keys/identities.jwks");
        for (String component : List.of("generation-api", "worker")) {
            assertThat(secrets(objects, component))
                    .containsExactlyInAnyOrder(
                            "wearon-keys/generation-password",
                            "wearon-redis/url",
                            "wearon-keys/identities.jwks",
                            "wearon-keys/generation.pem");
        }
        assertThat(secrets(objects, "storage"))
                .containsExactlyInAnyOrder(
                        "wearon-keys/storage-password", "wearon-keys/signing-key", "wearon-keys/identities.jwks");
    }

    @Test
    void canHaveASecretForEachPurpose() {
        List<JsonNode> objects = Chart.objects(
                "small",
                Map.of(
                        "database.existingSecret", "a",
                        "identity.existingSecret", "b",
                        "gateway.adminTokens.existingSecret", "c",
                        "gateway.webhookKeys.existingSecret", "e",
                        "gateway.shopify.existingSecret", "f",
                        "storage.signing.existingSecret", "d",
                        "worker.keda.enabled", true));
        assertThat(objects.toString()).doesNotContain("wearon-keys");
        assertThat(secrets(objects, "gateway"))
                .contains("a/gateway-password", "b/gateway.pem", "c/admin-token", "e/webhook-key")
                .contains("f/client-id", "f/client-secret", "f/client-secret-before", "f/token-keys");
        assertThat(secrets(objects, "storage")).contains("d/signing-key");
    }

    @Test
    void restartPodsWhoseConfigurationChanged() {
        String pointer = "/spec/template/metadata/annotations/checksum~1config";
        JsonNode before = deployment("small", "credits").at(pointer);
        JsonNode after = Chart.named(
                        Chart.objects("small", Map.of("credits.config.WEARON_LEDGER_BATCH_SIZE", "32")),
                        "Deployment",
                        "wearon-credits")
                .at(pointer);
        assertThat(after.asText()).isNotEmpty().isNotEqualTo(before.asText());
    }

    @Test
    void acceptWhatAnOperatorAdds() {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("worker.extraEnv[0].name", "JAVA_TOOL_OPTIONS");
        added.put("worker.extraEnv[0].value", "-Xlog:gc");
        added.put("worker.extraEnvFrom[0].secretRef.name", "more");
        added.put("worker.extraVolumes[0].name", "more");
        added.put("worker.extraVolumes[0].emptyDir.sizeLimit", "1Gi");
        added.put("worker.extraVolumeMounts[0].name", "more");
        added.put("worker.extraVolumeMounts[0].mountPath", "/more");
        added.put("worker.initContainers[0].name", "first");
        added.put("worker.initContainers[0].image", "first:1");
        added.put("worker.sidecars[0].name", "beside");
        added.put("worker.sidecars[0].image", "beside:1");
        added.put("worker.podAnnotations.a", "b");
        added.put("worker.podLabels.c", "d");
        added.put("worker.nodeSelector.e", "f");
        added.put("worker.tolerations[0].key", "gpu");
        added.put("worker.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey", "g");
        added.put("worker.extraEgress[0].ports[0].port", 443);
        added.put("worker.image.tag", "new");
        added.put("commonLabels.h", "i");
        added.put("commonAnnotations.j", "k");
        added.put("extraObjects[0]", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-extra");
        List<JsonNode> objects = Chart.objects("small", added);
        for (JsonNode object : objects) {
            assertThat(Fields.unknown(object)).as(Chart.name(object)).isEmpty();
        }
        assertThat(Chart.named(objects, "ConfigMap", "wearon-extra")).isNotNull();
        String worker = Chart.named(objects, "Deployment", "wearon-worker").toString();
        assertThat(worker)
                .contains("-Xlog:gc", "secretRef", "/more", "first:1", "beside:1", "\"a\":\"b\"", "\"c\":\"d\"")
                .contains(
                        "\"e\":\"f\"", "gpu", "podAntiAffinity", "wearon/generation:new", "\"h\":\"i\"", "\"j\":\"k\"");
        assertThat(Chart.named(objects, "NetworkPolicy", "wearon-worker").toString())
                .contains("443");
        assertThat(Chart.named(objects, "Deployment", "wearon-credits").toString())
                .doesNotContain("-Xlog:gc");
    }

    /** Also where the value of the component is false, 0 or empty. */
    @Test
    void preferTheValueOfAComponent() {
        List<JsonNode> objects =
                Chart.objects("small", Map.of("worker.podDisruptionBudget.enabled", false, "credits.replicas", 0));
        assertThat(Chart.ofKind(objects, "PodDisruptionBudget").stream().map(Chart::name))
                .hasSize(4)
                .doesNotContain("wearon-worker");
        assertThat(Chart.named(objects, "Deployment", "wearon-credits")
                        .at("/spec/replicas")
                        .asText())
                .isEqualTo("0");
    }

    @Test
    void trustNoProxyUnlessToldTo() {
        String trusted = "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES";
        String forwarding = "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING";
        assertThat(configuration(Chart.objects("small"), "gateway").has(forwarding))
                .isFalse();
        JsonNode production = configuration(Chart.objects("production"), "gateway");
        assertThat(production.path(trusted).asText()).isEqualTo("10.0.12.0/24");
    }

    private static List<String> secrets(List<JsonNode> objects, String component) {
        JsonNode pod = Chart.named(objects, "Deployment", "wearon-" + component).at("/spec/template/spec");
        Stream<String> variables = stream(containers(pod).getFirst().path("env"))
                .map(variable -> variable.at("/valueFrom/secretKeyRef"))
                .map(key -> key.path("name").asText() + "/" + key.path("key").asText());
        Stream<String> files = stream(pod.path("volumes"))
                .map(volume -> volume.path("secret"))
                .filter(JsonNode::isObject)
                .flatMap(secret -> stream(secret.path("items"))
                        .map(item -> secret.path("secretName").asText() + "/"
                                + item.path("key").asText()));
        return Stream.concat(variables, files).toList();
    }

    private static JsonNode deployment(String example, String component) {
        return Chart.named(Chart.objects(example), "Deployment", "wearon-" + component);
    }

    private static JsonNode configuration(List<JsonNode> objects, String component) {
        return Chart.named(objects, "ConfigMap", "wearon-" + component).path("data");
    }

    private static String variable(JsonNode container, String name) {
        return stream(container.path("env"))
                .filter(variable -> variable.path("name").asText().equals(name))
                .map(variable -> variable.path("value").asText())
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> pods(List<JsonNode> objects) {
        return objects.stream()
                .map(object -> object.path("kind").asText().equals("Pod")
                        ? object.path("spec")
                        : object.at("/spec/template/spec"))
                .filter(JsonNode::isObject)
                .toList();
    }

    private static List<JsonNode> containers(JsonNode pod) {
        return Stream.concat(stream(pod.path("initContainers")), stream(pod.path("containers")))
                .toList();
    }

    private static List<String> mounts(JsonNode container) {
        return stream(container.path("volumeMounts"))
                .map(mount -> mount.path("mountPath").asText())
                .toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
