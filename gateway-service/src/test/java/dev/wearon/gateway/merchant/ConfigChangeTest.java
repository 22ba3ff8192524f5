package dev.wearon.gateway.merchant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigChangeTest {

    private static ConfigChange.Parsed parse(String json) throws Exception {
        return ConfigChange.parse(new ObjectMapper()
                .reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(json));
    }

    private static String refusal(String json) throws Exception {
        return parse(json) instanceof ConfigChange.Parsed.Refused refused ? refused.message() : "none";
    }

    private static Optional<BigDecimal> price(String json) throws Exception {
        return ((ConfigChange.Parsed.Valid) parse(json)).change().retailCreditPrice();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4.99, 4.99", "0.1, 0.1", "1e3, 1000", "4.9e-324, 4.9e-324", "1.7e308, 1.7e308"})
    void keepsEveryFinitePositivePrice(String sent, String kept) throws Exception {
        assertThat(price("{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":" + sent + "}")
                        .orElseThrow())
                .isEqualByComparingTo(kept);
    }

    @Test
    void keepsEveryDigit() throws Exception {
        assertThat(price("{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":0.12345678901234567890123}"))
                .contains(new BigDecimal("0.12345678901234567890123"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-0", "0.0", "-1", "1e400", "1e-400", "1e999999999", "\"4.99\"", "true", "[]", "{}", "null"
            })
    void refusesAnInvalidPrice(String sent) throws Exception {
        assertThat(refusal("{\"billing_mode\":\"resell_mode\",\"retail_credit_price\":" + sent + "}"))
                .startsWith("retail_credit_price ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"billing_mode\":\"absorb_mode\"",
                "{\"billing_mode\":\"absorb_mode\",\"retail_credit_price\":null",
                "{\"billing_mode\":\"absorb_mode\",\"retail_credit_price\":4.99"
            })
    void hasNoPriceIfTheStorePays(String sent) throws Exception {
        assertThat(price(sent + "}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "1", "\"absorb_mode\"", "true"})
    void requiresAnObject(String sent) throws Exception {
        assertThat(refusal(sent)).isEqualTo("The body must be a JSON object.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"free\"", "\"ABSORB_MODE\"", "\"absorb_mode \"", "1", "[\"absorb_mode\"]"})
    void checksTheModeBeforeThePrice(String mode) throws Exception {
        assertThat(refusal("{\"billing_mode\":" + mode + ",\"retail_credit_price\":-1}"))
                .startsWith("billing_mode ");
    }
}
