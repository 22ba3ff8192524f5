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

class WantedConfigTest {

    private static WantedConfig.Parsed parse(String json) throws Exception {
        return WantedConfig.parse(new ObjectMapper()
                .reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(json));
    }

    private static String refusal(String json) throws Exception {
        return parse(json) instanceof WantedConfig.Parsed.Refused refused ? refused.message() : "none";
    }

    private static Optional<BigDecimal> price(String json) throws Exception {
        return ((WantedConfig.Parsed.Valid) parse(json)).wanted().retailCreditPrice();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4.99, 4.99", "0.1, 0.1", "1e3, 1000", "4.9e-324, 4.9e-324", "1.7e308, 1.7e308"})
    void keepsEveryFinitePriceAboveZeroAsItIs(String sent, String kept) throws Exception {
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
    void refusesWhatIsNoPrice(String sent) throws Exception {
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
    void hasNoPriceWhereTheStorePays(String sent) throws Exception {
        assertThat(price(sent + "}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "1", "\"absorb_mode\"", "true"})
    void wantsAnObject(String sent) throws Exception {
        assertThat(refusal(sent)).isEqualTo("The body must be a JSON object.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"free\"", "\"ABSORB_MODE\"", "\"absorb_mode \"", "1", "[\"absorb_mode\"]"})
    void looksAtTheModeBeforeThePrice(String mode) throws Exception {
        assertThat(refusal("{\"billing_mode\":" + mode + ",\"retail_credit_price\":-1}"))
                .startsWith("billing_mode ");
    }
}
