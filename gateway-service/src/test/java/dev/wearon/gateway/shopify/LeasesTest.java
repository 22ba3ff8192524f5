package dev.wearon.gateway.shopify;

import static dev.wearon.gateway.testing.Merchant.ask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.http.Problem;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LeasesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Inject
    Statements statements;

    private Merchant merchant;

    @BeforeEach
    void open() {
        merchant = Merchant.inAbsorbMode();
    }

    private String held() {
        return ask(
                "SELECT count(*) FROM gateway.shopify_leases WHERE store_id = ?::uuid",
                merchant.storeId().toString());
    }

    @Test
    void workGoesOnWithoutItsCallerAndGivesTheLeaseBack() throws Exception {
        var began = new CompletableFuture<Void>();
        var shopify = new CompletableFuture<String>();
        var saved = new CompletableFuture<String>();
        var caller = new Leases(statements)
                .alone(merchant.storeId(), Leases.Work.TOKENS, () -> {
                    began.complete(null);
                    return Uni.createFrom()
                            .completionStage(shopify)
                            .invoke(saved::complete)
                            .map(Outcome.Done::new);
                })
                .subscribe()
                .with(outcome -> {});
        began.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(held()).isEqualTo("1");

        caller.cancel();
        shopify.complete("a token that nobody else has");

        assertThat(saved.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).startsWith("a token");
        Await.until(Duration.ofSeconds(10), this::held, "0"::equals);
    }

    @Test
    void workThatTakesTooLongIsAnOutcomeThatSaysWhatToDo() {
        Outcome<String> outcome = new Leases(statements, Duration.ofMillis(50))
                .<String>alone(merchant.storeId(), Leases.Work.PRODUCT, () -> Uni.createFrom()
                        .nothing())
                .await()
                .atMost(LIMIT);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.failure().reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(failed.failure().retryAfter()).isPresent();
            assertThat(failed.failure().problem("").code()).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
            assertThat(failed.failure().problem("").getMessage()).contains("try again");
        });
        assertThat(held()).isEqualTo("0");
    }
}
