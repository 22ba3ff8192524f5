package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.acceptance.PromQl.Sample;
import dev.wearon.acceptance.PromQl.Selector;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules and boards ask only for metrics and labels that the services have. */
abstract class MetricsCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern IN_DOCUMENTS = Pattern.compile("`(wearon_[a-z_]+[a-z])`");

    /** Prometheus itself makes it, for each target. */
    private static final String OF_PROMETHEUS = "up";

    /** Prometheus adds the first two. It renames a label {@code job} of a metric. */
    private static final Set<String> OF_TARGETS = Set.of("job", "instance", "exported_job");

    private static List<Sample> samples;

    /** A try-on and a refused request, so that the metrics of requests exist. */
    @BeforeAll
    static void scrape() throws Exception {
        Merchant merchant = Merchant.with(suite, 1);
        assertThat(merchant.ended(merchant.created(merchant.images())).getString("data.status"))
                .isEqualTo("completed");
        merchant.call().get("/api/v1/generation/{id}", UUID.randomUUID()).then().statusCode(404);
        // They are counted after the responses.
        samples = Await.until(
                TIMEOUT,
                MetricsCases::samples,
                all -> counted(all, "http_server_requests_seconds_count", "outcome", "CLIENT_ERROR")
                        && counted(all, "wearon_sessions_completed_seconds_bucket", "le", "60.0")
                        && counted(all, "wearon_model_seconds_count", "outcome", "picture")
                        && counted(all, "wearon_charges_total", "outcome", "charged"));
    }

    @Test
    void answerEveryQueryOfTheRulesAndBoards() throws IOException {
        List<String> unanswered = new ArrayList<>();
        for (String expression : Observability.expressions()) {
            for (Selector selector : PromQl.of(expression).selectors()) {
                boolean known = selector.isRecorded() || selector.metric().equals(OF_PROMETHEUS);
                if (!known && samples.stream().noneMatch(withoutFaults(selector)::selects)) {
                    unanswered.add(selector + " of " + expression);
                }
            }
        }
        assertThat(unanswered).isEmpty();
    }

    @Test
    void haveTheLabelsByWhichTheRulesAndBoardsGroup() throws IOException {
        for (String expression : Observability.expressions()) {
            PromQl query = PromQl.of(expression);
            Set<String> metrics =
                    query.selectors().stream().map(Selector::metric).collect(Collectors.toSet());
            Set<String> labels = samples.stream()
                    .filter(sample -> metrics.contains(sample.name()))
                    .flatMap(sample -> sample.labels().keySet().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            labels.addAll(OF_TARGETS);
            assertThat(labels).as(expression).containsAll(query.groupedBy());
        }
    }

    @Test
    void areThoseOfTheDocuments() throws IOException {
        Set<String> names = samples.stream().map(Sample::name).collect(Collectors.toSet());
        for (String page : List.of("monitoring.md", "runbook.md")) {
            String text = Files.readString(Suite.ROOT.resolve("docs/operations").resolve(page));
            assertThat(IN_DOCUMENTS.matcher(text).results().map(found -> found.group(1)))
                    .as(page)
                    .allMatch(name -> names.contains(name)
                            // A histogram has no sample of its own name.
                            || names.contains(name + "_count"));
        }
    }

    @Test
    void haveNoIdInALabel() {
        Predicate<String> id = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-").asPredicate();
        assertThat(samples)
                .noneMatch(sample -> sample.labels().values().stream().anyMatch(id));
    }

    /** In a healthy suite no request has a 5xx, so the samples of the other outcomes stand for it. */
    private static Selector withoutFaults(Selector selector) {
        return new Selector(
                selector.metric(),
                selector.matchers().stream()
                        .filter(matcher -> !matcher.value().equals("SERVER_ERROR"))
                        .toList());
    }

    private static boolean counted(List<Sample> samples, String metric, String label, String value) {
        return samples.stream()
                .anyMatch(sample -> sample.name().equals(metric)
                        && value.equals(sample.labels().get(label))
                        && sample.value() > 0);
    }

    private static List<Sample> samples() {
        return List.of("gateway", "credits", "generation", "storage").stream()
                .flatMap(service -> SAMPLE.matcher(given().accept("text/plain")
                                .get(managementUrl(service) + "/q/metrics")
                                .asString())
                        .results()
                        .map(found -> sample(service, found)))
                .toList();
    }

    private static Sample sample(String service, MatchResult found) {
        Map<String, String> labels = new HashMap<>();
        if (found.group(2) != null) {
            LABEL.matcher(found.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        String job = labels.put("job", "wearon-" + service);
        if (job != null) {
            labels.put("exported_job", job);
        }
        return new Sample(found.group(1), labels, value(found.group(3)));
    }

    private static double value(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static String managementUrl(String service) {
        try {
            return suite.service(service).get("management_url").textValue();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
