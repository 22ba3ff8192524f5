package dev.wearon.gateway.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChangeTest {

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return fields;
    }

    @Test
    void containsOnlyTheDifferences() {
        var change = Change.between(
                fields("same", 1, "other", "a", "cleared", 5, "set", null),
                fields("same", 1, "other", "b", "cleared", null, "set", true));
        assertThat(change.before()).isEqualTo(fields("other", "a", "cleared", 5, "set", null));
        assertThat(change.after()).isEqualTo(fields("other", "b", "cleared", null, "set", true));
        assertThat(change.isEmpty()).isFalse();
    }

    @Test
    void isEmptyWithoutDifferences() {
        var price = fields("price", new BigDecimal("9.90"), "none", null);
        assertThat(Change.between(price, fields("price", new BigDecimal("9.9"), "none", null))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void ofANewSubjectHasOnlyFieldsWithValues() {
        var change = Change.created(fields("name", "a", "price", null));
        assertThat(change.before()).isNull();
        assertThat(change.after()).isEqualTo(fields("name", "a"));
        assertThat(change.isEmpty()).isFalse();
    }

    @Test
    void namesEveryActionAsSubjectAndVerb() {
        assertThat(Arrays.stream(Action.values()).map(Action::wire))
                .contains("store.created", "config.changed")
                .allMatch(name -> name.matches("[a-z]+\\.[a-z]+"));
    }
}
