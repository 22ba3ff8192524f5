package dev.wearon.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

    @Test
    void has128RandomBits() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            made.add(ApiKey.generate().value());
        }
        assertThat(made).hasSize(1_000).allMatch(key -> key.matches("wk_[0-9a-f]{32}"));
    }

    @Test
    void isHashedWithSha256() {
        var key = ApiKey.fromHeaders(List.of("Bearer wk_00000000000000000000000000000000"))
                .orElseThrow();
        assertThat(key.hash()).isEqualTo("671fb717e5119921e574988ef718d1f2050444960892d7068d5ce5dcfc195220");
    }

    @Test
    void isNotShownInLogs() {
        ApiKey key = ApiKey.generate();
        assertThat(key.toString()).hasSize(17).doesNotContain(key.value().substring(16));
        assertThat(new IssuedKey(null, key.value(), key.prefix(), null, List.of(), List.of(), null).toString())
                .doesNotContain(key.value().substring(16));
    }
}
