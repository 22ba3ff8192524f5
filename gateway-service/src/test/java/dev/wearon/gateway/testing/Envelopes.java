package dev.wearon.gateway.testing;

import static org.hamcrest.Matchers.anything;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.builder.ResponseSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.specification.ResponseSpecification;

/** Expectations for every response with the envelope. */
public final class Envelopes {

    private Envelopes() {}

    public static ResponseSpecification refusal(int status, String code) {
        return new ResponseSpecBuilder()
                .expectStatusCode(status)
                .expectContentType(ContentType.JSON)
                .expectHeader("X-Request-Id", notNullValue(String.class))
                .expectBody("size()", is(2))
                .expectBody("", hasEntry(equalTo("data"), nullValue()))
                .expectBody("error.size()", is(2))
                .expectBody("error.code", equalTo(code))
                .expectBody("error.message", matchesPattern(".+\\."))
                .build();
    }

    public static ResponseSpecification success(int status) {
        return new ResponseSpecBuilder()
                .expectStatusCode(status)
                .expectContentType(ContentType.JSON)
                .expectHeader("X-Request-Id", notNullValue(String.class))
                .expectBody("size()", is(2))
                .expectBody("", hasEntry(equalTo("error"), nullValue()))
                .expectBody("data", anything())
                .build();
    }
}
