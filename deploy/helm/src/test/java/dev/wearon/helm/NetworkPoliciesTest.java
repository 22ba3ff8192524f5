package dev.wearon.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.processes.services.ServiceProgram;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The NetworkPolicies permit the arrows of the architecture, and no others. */
class NetworkPoliciesTest {

    /** A line of the first picture, for example {@code generation -->|charge, release| credits}. */
    private static final Pattern ARROW = Pattern.compile("^ +(\\w+) (<?--[->])(?:\\|[^|]*\\|)? (\\w+)");

    private static final Map<String, Integer> PORTS =
            Map.of("gateway", 8080, "credits", 8081, "generation-api", 8082, "storage", 8083);

    /** Generation is two components. Only its API is called. */
    private static final Map<String, List<String>> PODS = Map.of(
            "gateway", List.of("gateway"),
            "credits", List.of("credits"),
            "generation", List.of("generation-api", "worker"),
            "storage", List.of("storage"));

    static List<String> examples() {
        return Chart.examples();
    }

    @Test
    void thePictureHasTheCallsOfTheServices() {
        Set<String> calls = new TreeSet<>();
        for (String service : ServiceProgram.SERVICES) {
            ServiceEnvironment.calls(service).forEach(other -> calls.add(service + " -> " + other));
            calls.add(service + " -> pg");
            if (ServiceEnvironment.usesRedis(service)) {
                calls.add(service + " -> redis");
            }
        }
        calls.add("storage -> disk");
        calls.add("storage -> internet");
        calls.add("gateway -> internet");
        assertThat(picture()).isEqualTo(calls);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void permitTheArrowsOfThePicture(String example) {
        boolean bucket = example.equals("production");
        Set<String> expected = new TreeSet<>();
        for (String arrow : picture()) {
            String[] ends = arrow.split(" -> ");
            for (String from : PODS.get(ends[0])) {
                switch (ends[1]) {
                    case "pg" -> expected.add(from + " -> pg");
                    case "redis" -> expected.add(from + " -> redis");
                    case "disk" -> {
                        if (bucket) {
                            expected.add(from + " -> bucket");
                        }
                    }
                    case "internet" -> expected.add(from + " -> internet");
                    default -> expected.add(from + " -> " + PODS.get(ends[1]).getFirst());
                }
            }
        }
        expected.add("migration -> pg");
        expected.add("test -> gateway");
        assertThat(egress(Chart.objects(example))).isEqualTo(expected);
    }

    /** Each call needs the egress of the caller and the ingress of the called. */
    @ParameterizedTest
    @MethodSource("examples")
    void permitEachCallAtBothEnds(String example) {
        List<JsonNode> objects = Chart.objects(example);
        Set<String> received = new TreeSet<>();
        for (JsonNode policy : Chart.ofKind(objects, "NetworkPolicy")) {
            String to = Chart.component(policy.at("/spec/podSelector/matchLabels"));
            for (JsonNode rule : policy.at("/spec/ingress")) {
                String from = Chart.component(rule.at("/from/0/podSelector/matchLabels"));
                if (!from.isEmpty() && !from.equals("test")) {
                    received.add(from + " -> " + to);
                    assertThat(rule.at("/ports/0/port").asInt()).isEqualTo(PORTS.get(to));
                }
            }
        }
        Set<String> sent = new TreeSet<>(egress(objects));
        sent.removeIf(arrow -> arrow.startsWith("test") || !PORTS.containsKey(arrow.split(" -> ")[1]));
        assertThat(received).isEqualTo(sent);
    }

    /** Nothing but the gateway is open to clients, and the management ports only to the monitoring. */
    @ParameterizedTest
    @MethodSource("examples")
    void openOnlyTheGateway(String example) {
        for (JsonNode policy : Chart.ofKind(Chart.objects(example), "NetworkPolicy")) {
            String component = Chart.component(policy.at("/spec/podSelector/matchLabels"));
            assertThat(policy.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
            for (JsonNode rule : policy.at("/spec/ingress")) {
                if (!rule.at("/from/0/podSelector").isMissingNode()) {
                    continue;
                }
                int port = rule.at("/ports/0/port").asInt();
                if (port > 9000) {
                    assertThat(rule.at("/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                                    .asText())
                            .isEqualTo("monitoring");
                } else {
                    assertThat(component).isEqualTo("gateway");
                }
            }
        }
    }

    /** Every pod of the chart has a policy of its own. */
    @ParameterizedTest
    @MethodSource("examples")
    void coverEveryPod(String example) {
        assertThat(Chart.ofKind(Chart.objects(example), "NetworkPolicy").stream()
                        .map(policy -> Chart.component(policy.at("/spec/podSelector/matchLabels"))))
                .containsExactlyInAnyOrder(
                        "gateway", "credits", "generation-api", "worker", "storage", "migration", "test");
    }

    private static Set<String> egress(List<JsonNode> objects) {
        Set<String> arrows = new TreeSet<>();
        for (JsonNode policy : Chart.ofKind(objects, "NetworkPolicy")) {
            String from = Chart.component(policy.at("/spec/podSelector/matchLabels"));
            for (JsonNode rule : policy.at("/spec/egress")) {
                String to = Chart.component(rule.at("/to/0/podSelector/matchLabels"));
                int port = rule.at("/ports/0/port").asInt();
                switch (port) {
                    case 53 ->
                        assertThat(rule.at("/to/0/namespaceSelector").isObject())
                                .isTrue();
                    case 5432, 6432 -> arrows.add(from + " -> pg");
                    case 6379 -> arrows.add(from + " -> redis");
                    case 443 ->
                        arrows.add(from + (rule.at("/to/0/ipBlock").isObject() ? " -> internet" : " -> bucket"));
                    default -> {
                        assertThat(port).as(to).isEqualTo(PORTS.get(to));
                        arrows.add(from + " -> " + to);
                    }
                }
            }
        }
        return arrows;
    }

    /** The arrows between services and servers of the first picture in docs/architecture.md. */
    private static Set<String> picture() {
        String page = Chart.read(Chart.ROOT.resolve("docs/architecture.md"));
        int begin = page.indexOf("```mermaid");
        Set<String> arrows = new TreeSet<>();
        for (String line :
                page.substring(begin, page.indexOf("```\n", begin + 3)).lines().toList()) {
            Matcher arrow = ARROW.matcher(line);
            if (arrow.find() && PODS.containsKey(arrow.group(1))) {
                arrows.add(arrow.group(1) + " -> " + arrow.group(3));
            }
        }
        return arrows;
    }
}
