package dev.wearon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.sql.ProvisioningCheck.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Checks which settings are accepted. The tests of each service check a real database. */
class ProvisioningCheckTest {

    private static Settings settings(String timeout, long seconds, String encoding) {
        return new Settings("wearon_credits", "shop", timeout, Duration.ofSeconds(seconds), encoding);
    }

    @Test
    void acceptsALimitOfAtMost30Seconds() {
        assertThat(settings("30s", 30, "UTF8").missing()).isEmpty();
        assertThat(settings("10s", 10, "UTF8").missing()).isEmpty();
    }

    @Test
    void namesALimitThatIsOffTooLongOrUnknown() {
        String limit = "transaction_timeout of role wearon_credits is ";
        assertThat(settings("0", 0, "UTF8").missing()).containsExactly(limit + "0 and must be 30s at most");
        assertThat(settings("1min", 60, "UTF8").missing()).containsExactly(limit + "1min and must be 30s at most");
        assertThat(settings(null, 0, "UTF8").missing())
                .containsExactly(limit + "unknown to this server and must be 30s at most");
    }

    @Test
    void namesAWrongEncoding() {
        assertThat(settings("30s", 30, "SQL_ASCII").missing())
                .containsExactly("the encoding of database shop is SQL_ASCII and must be UTF8");
    }
}
