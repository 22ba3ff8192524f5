package dev.wearon.gateway.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.orders.Ids.UnreadableOrder;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestOrderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ORDER = """
            {"id": 9007199254740993, "updated_at": "2026-12-03T10:00:00Z", "financial_status": "paid", "currency": "EUR",
             "line_items": [{"id": 1, "product_id": 2, "quantity": 3, "price": "4.99"}]}
            """;

    private static OrderSnapshot read(String order) throws JsonProcessingException {
        return RestOrder.order(JSON.readTree(order));
    }

    @Test
    void readsWhatShopifySends() throws JsonProcessingException {
        OrderSnapshot order = read(ORDER);
        assertThat(order.orderId()).isEqualTo("9007199254740993");
        assertThat(order.lines()).singleElement().satisfies(line -> assertThat(line.net())
                .isEqualByComparingTo("14.97"));
    }

    @Test
    void takesTheLargestAmountOfTheLedger() throws JsonProcessingException {
        OrderSnapshot order = read(ORDER.replace("\"4.99\"", "\"3333333333.33\""));
        assertThat(order.lines().getFirst().net()).isEqualByComparingTo(new BigDecimal("9999999999.99"));
    }

    /** Such a message is not repeated: the next attempt would not read more. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            9007199254740993       | "no digits"
            9007199254740993       | 1.5
            "2026-12-03T10:00:00Z" | "yesterday"
            "EUR"                  | null
            "EUR"                  | "EURO"
            "EUR"                  | "E\\u0000R"
            "4.99"                 | "NaN"
            "4.99"                 | "-1"
            "4.99"                 | "3333333333.34"
            "4.99"                 | "1e999999999"
            "4.99"                 | "1e-999999999"
            "quantity": 3          | "quantity": -1
            "quantity": 3          | "quantity": 1e30
            """)
    void refusesWhatIsNoOrder(String good, String bad) {
        assertThat(ORDER).contains(good);
        assertThatThrownBy(() -> read(ORDER.replace(good, bad))).isInstanceOf(UnreadableOrder.class);
    }
}
