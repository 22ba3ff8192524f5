package dev.wearon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.shopify.Customer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes wrong between the page and the gateway. Whatever it is, a try-on is charged once. */
@ExtendWith(World.Shared.class)
class FaultsIT {

    private final World world;

    FaultsIT(World world) {
        this.world = world;
    }

    @Test
    void aSlowNetwork() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.open().passGates().choose(Photos.PERSON);
            CDPSession browser = visit.context.newCDPSession(visit.page);
            JsonObject slow = new JsonObject();
            slow.addProperty("offline", false);
            slow.addProperty("latency", 300);
            slow.addProperty("downloadThroughput", 100_000);
            slow.addProperty("uploadThroughput", 25_000);
            browser.send("Network.enable");
            browser.send("Network.emulateNetworkConditions", slow);
            visit.tryOn();
            assertThat(visit.status()).hasText("Your photo is being sent.");
            assertThat(visit.page.locator("wearon-try-on progress"))
                    .hasAttribute("value", Pattern.compile("0\\.[1-9]\\d*"));
            visit.shows("working");
            visit.seesResult();
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void eventsThatAreCutInTheMiddle() throws Exception {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit();
                FaultProxy.Fault held = world.network.on("/events").once().holdReply()) {
            visit.open().passGates().choose(Photos.PERSON).tryOn();
            held.awaitMatched(1);
            world.network.cut();
            visit.seesResult();
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void aCreateWhoseAnswerIsLost() throws Exception {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit();
                FaultProxy.Fault lost = world.network
                        .on("POST /api/v1/generation/create")
                        .once()
                        .dropReply()) {
            visit.open().passGates().choose(Photos.PERSON).tryOn();
            lost.awaitMatched(1);
            visit.seesResult();
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void aTokenThatEndsWhileAPhotoIsChosen() {
        Shopfront shopfront = Shopfront.resell(world);
        Customer customer = shopfront.customer(1);
        try (Visit visit = shopfront.visit(customer)) {
            visit.page.clock().install();
            AtomicInteger mints = new AtomicInteger();
            visit.page.onRequest(request -> {
                if (request.method().equals("POST") && request.url().contains("/apps/wearon/shopper")) {
                    mints.incrementAndGet();
                }
            });
            visit.open().passGates().choose(Photos.PERSON);
            assertThat(visit.heading("Is this the right photo?")).isVisible();
            visit.page.clock().fastForward("11:00");
            visit.tryOn().seesResult();
            assertThat(mints).hasValue(2);
            assertThat(shopfront.balance(customer)).isZero();
        }
    }

    /** A token ends with its API key. The page finds that out by a 401, and the store has another key. */
    @Test
    void aTokenWhoseKeyIsRevoked() {
        Shopfront shopfront = Shopfront.resell(world);
        Customer customer = shopfront.customer(1);
        AtomicInteger refused = new AtomicInteger();
        try (Visit visit = shopfront.visit(customer)) {
            visit.page.onResponse(response -> {
                if (response.status() == 401) {
                    refused.incrementAndGet();
                }
            });
            visit.open().passGates().choose(Photos.PERSON);
            assertThat(visit.heading("Is this the right photo?")).isVisible();
            shopfront.changeKey();
            visit.tryOn().seesResult();
            assertThat(refused).hasPositiveValue();
            assertThat(shopfront.balance(customer)).isZero();
        }
    }

    /** The pictures of an anonymous token are only its own, and both calls that find it ended get the same new one. */
    @Test
    void anAnonymousTokenWhoseKeyIsRevoked() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.open().passGates().choose(Photos.PERSON);
            assertThat(visit.heading("Is this the right photo?")).isVisible();
            shopfront.changeKey();
            visit.tryOn().seesResult();
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void aReloadWhileThePictureIsMade() throws Exception {
        Shopfront shopfront = Shopfront.resell(world);
        Customer customer = shopfront.customer(1);
        try (Visit visit = shopfront.visit(customer)) {
            try (FaultProxy.Fault held = world.network.on("/events").hold()) {
                visit.open().passGates().choose(Photos.PERSON).tryOn();
                held.awaitMatched(1);
                visit.page.reload();
            }
            visit.passGates().seesResult();
            assertThat(shopfront.balance(customer)).isZero();
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void aShopWhoseAppDoesNotAnswer() throws Exception {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.page.clock().install();
            FaultProxy.Fault down = world.network.refuse();
            visit.open().press("Try it on");
            // It asks four times before it says so.
            visit.passTimeUntil(visit.heading("The try-on is not available right now."), 4_000);
            visit.shows("unavailable");
            down.close();
            visit.press("Try again");
            assertThat(visit.heading("How old are you?")).isVisible();
        }
    }

    @Test
    void aPictureThatCannotBeMade() {
        Shopfront shopfront = Shopfront.resell(world);
        Customer customer = shopfront.customer(1);
        try (Visit visit = shopfront.visit(customer)) {
            visit.open().passGates().choose(Photos.PERSON);
            // The product's picture is gone, and the page may not read another origin.
            visit.page.evaluate(
                    "document.querySelector('wearon-try-on').setAttribute('product-image', '/unknown.png')");
            visit.tryOn();
            assertThat(visit.heading("That did not work")).isVisible();
            assertThat(visit.alert()).containsText("You were not charged.");
            visit.shows("failed");
            assertThat(shopfront.balance(customer)).isEqualTo(1);
        }
    }
}
