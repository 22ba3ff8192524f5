package dev.wearon.gateway.bounds;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.wearon.gateway.routing.KnownFields;
import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class JsonShapeTest {

    private static final String DEEPEST = "[".repeat(32) + "]".repeat(32);
    private static final String TOO_DEEP = "[".repeat(33) + "]".repeat(33);

    @Inject
    JsonShape shape;

    private String violation(String body) {
        return shape.violation(body.getBytes(StandardCharsets.UTF_8), new IgnoredFields(new KnownFields(Set.of())))
                .orElse("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]} | none",
                "{\"a\":1,\"a\":1} | a is there twice in the same object.",
                "{\"a\":1,\"\\u0061\":2} | a is there twice in the same object.",
                "{\"x\":[{\"b\":{\"c_1\":1,\"d\":2,\"c_1\":3}}]} | x[0].b.c_1 is there twice in the same object.",
                "{\"files\":[{},{},{\"size\":1,\"size\":1}]} | files[2].size is there twice in the same object.",
                "[[1,{\"a\":1,\"a\":1}]] | [0][1].a is there twice in the same object.",
                "{\"wk_0123\":[{\"a\":1,\"a\":1}]} | A key of the body is there twice in the same object.",
                "{\"x_wst_0123\":1,\"x_wst_0123\":2} | A key of the body is there twice in the same object.",
                "{\"A\":1,\"a\":2} | none",
                "{\"\":1,\"\":2} | A key of the body is there twice in the same object.",
                "{\"<b>\":1,\"<b>\":2} | A key of the body is there twice in the same object.",
                "{\"wk_0123\":1,\"wk_0123\":2} | A key of the body is there twice in the same object.",
                "[] | none",
                "null | none",
                // Invalid JSON, which the reader of the body refuses.
                "{\"a\":1,} | none",
                "{\"a\" | none",
                "]]] | none",
                "abc | none",
            })
    void refusesADuplicateKey(String body, String violation) {
        assertThat(violation(body)).isEqualTo(violation);
    }

    /** To name a field costs more than to read it, so a body with many deep fields would take long. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | 0",
                "prompt | 1",
                "files[].size | 3",
            })
    void looksAtFieldsOnlyWhereTheRouteHasSome(String known, int seen) {
        AtomicInteger looks = new AtomicInteger();
        IgnoredFields counting = new IgnoredFields(new KnownFields(known == null ? Set.of() : Set.of(known))) {
            @Override
            void see(JsonStreamContext key) {
                looks.incrementAndGet();
            }
        };

        assertThat(shape.violation(
                        "{\"a\":[{\"b\":{\"c\":1}},{\"b\":[{\"c\":1}]}]}".getBytes(StandardCharsets.UTF_8), counting))
                .isEmpty();

        assertThat(looks).hasValue(seen);
    }

    @Test
    void refusesTooDeepNesting() {
        assertThat(violation(DEEPEST)).isEqualTo("none");
        for (String body : List.of(
                TOO_DEEP,
                "[".repeat(33),
                "{\"a\":".repeat(33) + "1" + "}".repeat(33),
                "{\"a\":[".repeat(17),
                "[".repeat(60_000))) {
            assertThat(violation(body)).isEqualTo("The body is nested more than 32 levels deep.");
        }
        assertThat(violation("[[]" + ",[]".repeat(20_000) + "]")).isEqualTo("none");
    }

    /** The check does not depend on the reader of the body. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/generation/create",
                "POST /api/v1/storage/uploads",
                "PATCH /api/v1/stores/config",
                "POST /admin/v1/stores",
                "PATCH /admin/v1/stores/0190a000-0000-7000-8000-000000000000",
                "POST /admin/v1/stores/0190a000-0000-7000-8000-000000000000/credits",
                "POST /admin/v1/reconciliation/repair"
            })
    void isCheckedOnEveryRoute(String route) {
        generation().answers(200, "{}");
        Merchant merchant = Merchant.shared();
        String method = route.split(" ")[0];
        String path = route.split(" ")[1];
        for (String body : List.of("{\"age_verified\":false,\"age_verified\":true}", "{\"x\":" + TOO_DEEP + "}")) {
            Response answer = (path.startsWith("/admin") ? Merchant.operator() : merchant.calls())
                    .header("Idempotency-Key", UUID.randomUUID())
                    .body(body)
                    .request(method, path);
            answer.then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body(
                            "error.message",
                            equalTo(
                                    body.contains("age")
                                            ? "age_verified is there twice in the same object."
                                            : "The body is nested more than 32 levels deep."));
        }
        assertThat(generation().seen()).isEmpty();
    }

    @Test
    void doesNotChangeTheBody() {
        generation().answers(201, "{}");
        String body = " {\"prompt\" : \"\\u0061\", \"n\":1.0e0 } ";
        Merchant.shared()
                .calls()
                .body(body)
                .post("/api/v1/generation/create")
                .then()
                .spec(success(201));
        assertThat(generation().onlySeen().body().toString()).isEqualTo(body);
    }
}
