package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAddressTest {

    @Test
    void readsWhatItWrites() {
        PostgresAddress address = new PostgresAddress("db.example", 5433, "we ar/on", "ann@shop", "a+b c%d:e/f?g#h");
        assertThat(PostgresAddress.parse(address.urlWithPassword())).isEqualTo(address);
        assertThat(address.urlWithPassword()).doesNotContain("+");
    }

    @Test
    void readsAPlusAsAPlus() {
        assertThat(PostgresAddress.parse("postgresql://ann:a+b@db/wearon").password())
                .isEqualTo("a+b");
    }

    @Test
    void hasDefaults() {
        assertThat(PostgresAddress.parse("postgres://ann:word@db"))
                .isEqualTo(new PostgresAddress("db", 5432, "postgres", "ann", "word"));
    }

    @Test
    void checksTheServerOnlyIfItsAuthoritiesAreKnown() {
        PostgresAddress address = PostgresAddress.parse("postgresql://ann:word@db/wearon");
        assertThat(address.jdbcProperties()).doesNotContainKey("sslmode");
        assertThat(address.verifiedBy(Path.of("/ca.pem"))
                        .with("other", "bob", "word")
                        .jdbcProperties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", "/ca.pem");
    }

    /** A setting that is dropped silently, for example TLS, would be worse than a refusal. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ann:pass word@db/wearon",
                "postgresql://ann:pass{word@db/wearon",
                "postgresql://ann:password@db/wearon?sslmode=require",
                "postgresql://ann:password@db/wearon#x",
                "postgresql://password@db/wearon",
                "mysql://ann:password@db/wearon",
                "postgresql:///wearon?password=password",
            })
    void refusesAnyOtherFormWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> PostgresAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected postgresql://user:password@host:port/database")
                .hasNoCause();
    }
}
