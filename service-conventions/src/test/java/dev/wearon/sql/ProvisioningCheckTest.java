package dev.wearon.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.sql.ProvisioningCheck.InForce;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which settings will do; each service's test asks a real database. */
class ProvisioningCheckTest {

    private static InForce inForce(String timeout, long seconds, String encoding) {
        return new InForce("wearon_credits", "shop", timeout, Duration.ofSeconds(seconds), encoding);
    }

    @Test
    void takesALimitOf30SecondsAndAnyShorterOne() {
        assertThat(inForce("30s", 30, "UTF8").missing()).isEmpty();
        assertThat(inForce("10s", 10, "UTF8").missing()).isEmpty();
    }

    @Test
    void namesTheLimitThatIsOffOrTooLongOrUnknown() {
        String limit = "transaction_timeout of role wearon_credits is ";
        assertThat(inForce("0", 0, "UTF8").missing()).containsExactly(limit + "0 and must be 30s at most");
        assertThat(inForce("1min", 60, "UTF8").missing()).containsExactly(limit + "1min and must be 30s at most");
        assertThat(inForce(null, 0, "UTF8").missing())
                .containsExactly(limit + "unknown to this server and must be 30s at most");
    }

    @Test
    void namesTheEncoding() {
        assertThat(inForce("30s", 30, "SQL_ASCII").missing())
                .containsExactly("the encoding of database shop is SQL_ASCII and must be UTF8");
    }
}
