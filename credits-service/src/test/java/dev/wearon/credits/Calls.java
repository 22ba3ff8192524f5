package dev.wearon.credits;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.testkit.TestIdentities;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends the calls of the gateway, the generation service and its worker. */
public final class Calls {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Calls() {}

    /** Makes a time-ordered id, as callers do. */
    public static UUID newId() {
        return UuidCreator.getTimeOrderedEpoch();
    }

    /** Grants credits over HTTP to a new store and returns its id. */
    public static UUID storeWith(int credits) {
        UUID storeId = newId();
        grant(storeId, "first-grant", credits, "purchase").then().statusCode(201);
        return storeId;
    }

    public static Response grant(UUID storeId, String requestId, int amount, String type) {
        return as(TestIdentities.service("gateway"))
                .body(Map.of("request_id", requestId, "amount", amount, "type", type))
                .post("/internal/v1/stores/{store}/grants", storeId);
    }

    public static Response charge(UUID storeId, UUID chargeId, int amount) {
        return charge(storeId, chargeId, amount, Map.of());
    }

    /** Sends a charge that names its issuer. */
    public static Response chargeOf(String issuer, UUID storeId, UUID chargeId, int amount) {
        return charge(storeId, chargeId, amount, Map.of("issuer", issuer));
    }

    private static Response charge(UUID storeId, UUID chargeId, int amount, Map<String, String> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.putAll(Map.of("charge_id", chargeId, "amount", amount, "request_id", "req_" + chargeId));
        return as(TestIdentities.store(storeId)).body(body).post("/internal/v1/charges");
    }

    public static Response release(UUID storeId, UUID chargeId) {
        return as(TestIdentities.service("generation"))
                .body(Map.of("request_id", "req_" + chargeId))
                .post("/internal/v1/stores/{store}/charges/{charge}/release", storeId, chargeId);
    }

    public static Response balance(UUID storeId) {
        return as(TestIdentities.store(storeId)).get("/api/v1/credits/balance");
    }

    public static RequestSpecification as(String authorization) {
        return given().header("Authorization", authorization).contentType(ContentType.JSON);
    }

    /** Returns the outcome of a charge or release. The response must be a 200. */
    public static String outcome(Response response) {
        return outcome(response.then().statusCode(200).extract().asString());
    }

    /** Reads an outcome without REST Assured, which compiles a script for every path that it evaluates. */
    static String outcome(String body) {
        try {
            return JSON.readTree(body).path("outcome").textValue();
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(body, notJson);
        }
    }

    /** Runs all calls at the same time, each on its own thread; all start together. */
    public static <T> List<T> runTogether(List<Callable<T>> calls) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> call : calls) {
                running.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : running) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
