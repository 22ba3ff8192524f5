package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With the default configuration the time limits of all steps of a create fit into its budget. */
class CreateBudgetTest {

    private static final Path PAGE = Path.of("../docs/operations/configuration.md");
    private static final String BASE = "dev.wearon.generation.";

    private static SmallRyeConfig defaults() throws ClassNotFoundException {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withDefaultValue("wearon.charging.urls", "http://credits")
                .withDefaultValue("wearon.images.urls", "http://storage");
        for (String mapping : new String[] {
            "sessions.SessionsConfig", "charging.ChargingConfig", "images.ImagesConfig", "queue.QueueConfig"
        }) {
            builder.withMapping(Class.forName(BASE + mapping));
        }
        return builder.build();
    }

    /** The default of a variable that this service does not define: in its own column, or in parentheses. */
    private static Duration documented(String variable) throws IOException {
        Matcher row = Pattern.compile(
                        "^\\| `" + variable + "` \\|(?: (\\d+m?s) \\||.*?\\((\\d+m?s)\\))", Pattern.MULTILINE)
                .matcher(Files.readString(PAGE));
        assertThat(row.find()).as(variable).isTrue();
        return new DurationConverter().convert(row.group(1) == null ? row.group(2) : row.group(1));
    }

    @Test
    void holdsAllStepsAndIsShorterThanTheTimeoutOfTheGateway() throws Exception {
        SmallRyeConfig config = defaults();
        Duration statement = documented("WEARON_DB_STATEMENT_TIMEOUT");
        Duration images = config.getValue("wearon.images.response-timeout", Duration.class);
        Duration steps = Stream.of(
                        // The key row; then the unfinished sessions beside the images.
                        statement,
                        statement.compareTo(images) > 0 ? statement : images,
                        config.getValue("wearon.charging.response-timeout", Duration.class),
                        // The session row, the permit, and the refund of a create that failed.
                        statement,
                        config.getValue("wearon.queue.timeout", Duration.class),
                        config.getValue("wearon.sessions.refund-timeout", Duration.class))
                .reduce(Duration.ZERO, Duration::plus);
        Duration budget = config.getValue("wearon.sessions.create-budget", Duration.class);
        assertThat(steps).isLessThanOrEqualTo(budget);
        assertThat(budget).isLessThan(documented("WEARON_PROXY_CREATE_TIMEOUT"));
    }

    /**
     * A row that waits for its batch takes up to twice the time limit of a statement. The budget ends the wait for the saga, but
     * not for the statements about the key before it.
     */
    @Test
    void holdsTheStepsOfARepeatBeforeItsSaga() throws Exception {
        Duration statement = documented("WEARON_DB_STATEMENT_TIMEOUT");
        Duration insert = statement.multipliedBy(2);
        Duration find = statement;
        Duration acknowledgeAndRead = statement.multipliedBy(2);
        assertThat(insert.plus(find).plus(acknowledgeAndRead))
                .isLessThanOrEqualTo(defaults().getValue("wearon.sessions.create-budget", Duration.class));
    }

    /** The saga continues after its budget. The reconciler must not look for its row while it may still insert it. */
    @Test
    void leavesTheReconcilerNoChargeOfARunningCreate() throws Exception {
        SmallRyeConfig config = defaults();
        Duration statement = documented("WEARON_DB_STATEMENT_TIMEOUT");
        // The ledger may commit as soon as the batch is sent, and its answer may come at the end of the time limit.
        Duration charge = config.getValue("wearon.charging.response-timeout", Duration.class);
        Duration queuedRow = statement.multipliedBy(2);
        Duration failedRow = statement.multipliedBy(2);
        assertThat(charge.plus(queuedRow).plus(failedRow))
                .isLessThan(config.getValue("wearon.sessions.reconcile-min-age", Duration.class));
    }
}
