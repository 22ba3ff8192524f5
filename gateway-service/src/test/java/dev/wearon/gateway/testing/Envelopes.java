package dev.wearon.gateway.testing;

import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.builder.ResponseSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.specification.ResponseSpecification;
import java.util.function.Predicate;
import org.hamcrest.Description;
import org.hamcrest.TypeSafeMatcher;

/** Expectations for every response with the envelope. */
public final class Envelopes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Envelopes() {}

    public static ResponseSpecification refusal(int status, String code) {
        return new ResponseSpecBuilder()
                .expectStatusCode(status)
                .expectContentType(ContentType.JSON)
                .expectHeader("X-Request-Id", notNullValue(String.class))
                .expectBody(new Envelope("no data, and an error with the code " + code + " and a sentence", body -> {
                    JsonNode error = body.path("error");
                    return body.path("data").isNull()
                            && error.size() == 2
                            && code.equals(error.path("code").textValue())
                            && error.path("message").isTextual()
                            && error.path("message").textValue().matches(".+\\.");
                }))
                .build();
    }

    public static ResponseSpecification success(int status) {
        return new ResponseSpecBuilder()
                .expectStatusCode(status)
                .expectContentType(ContentType.JSON)
                .expectHeader("X-Request-Id", notNullValue(String.class))
                .expectBody(new Envelope(
                        "data, and no error",
                        body -> body.has("data") && body.path("error").isNull()))
                .build();
    }

    /** Almost every test checks an envelope, and REST Assured compiles a script for each path that it evaluates. */
    private static final class Envelope extends TypeSafeMatcher<String> {

        private final String content;
        private final Predicate<JsonNode> fits;

        Envelope(String content, Predicate<JsonNode> fits) {
            this.content = content;
            this.fits = fits;
        }

        @Override
        protected boolean matchesSafely(String text) {
            try {
                JsonNode body = JSON.readTree(text);
                return body.isObject() && body.size() == 2 && fits.test(body);
            } catch (JsonProcessingException unreadable) {
                return false;
            }
        }

        @Override
        public void describeTo(Description description) {
            description.appendText("an envelope with ").appendText(content);
        }
    }
}
