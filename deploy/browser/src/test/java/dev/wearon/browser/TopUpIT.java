package dev.wearon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.wearon.testkit.shopify.Courier;
import dev.wearon.testkit.shopify.Customer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A top-up whose credits come late, or never. */
@ExtendWith(World.Shared.class)
class TopUpIT {

    private static final String PENDING = "Your credits are on their way.";

    private final World world;

    TopUpIT(World world) {
        this.world = world;
    }

    @AfterEach
    void sendStraight() {
        world.shopify.courier().take(Courier.Way.STRAIGHT);
        world.shopify.courier().hurry();
    }

    /** The minute of polling passes by the clock of the page. */
    private static void topUp(Visit visit, boolean pay) {
        Page checkout = visit.page.waitForPopup(
                () -> visit.page.locator("wearon-try-on #topUp").click());
        if (pay) {
            checkout.getByText("Pay now").click();
            assertThat(checkout.getByText("Thank you")).isVisible();
        }
        checkout.close();
        assertThat(visit.status()).hasText("Waiting for your credits…");
        visit.shows("waiting");
        visit.passTimeUntil(visit.status().filter(new Locator.FilterOptions().setHasText(PENDING)), 5_100);
    }

    @Test
    void aWebhookThatIsTenMinutesLate() {
        Shopfront shopfront = Shopfront.resell(world);
        Customer customer = shopfront.customer(0);
        world.shopify.courier().take(new Courier.Way(Duration.ofMinutes(10), false, 1, Duration.ofSeconds(1)));
        try (Visit visit = shopfront.visit(customer)) {
            visit.page.clock().install();
            visit.open().passGates();
            topUp(visit, true);
            visit.shows("pending");
            // Nobody is asked to pay twice.
            assertThat(visit.page.locator("wearon-try-on #topUp")).hasCount(0);

            visit.page.reload();
            assertThat(visit.page.locator("wearon-try-on [part=status]")).hasText("Waiting for your credits…");
            visit.shows("resumed");
            // Ten minutes have passed.
            world.shopify.courier().hurry();
            shopfront.awaitBalance(customer, 1);
            visit.page.clock().fastForward(5_100);
            assertThat(visit.page.locator("wearon-try-on [part=status]")).hasText("Your credits have arrived.");
            visit.shows("arrived");
            visit.passGates().choose(Photos.PERSON).tryOn().seesResult();
            assertThat(shopfront.balance(customer)).isZero();
        }
    }

    @Test
    void anOrderThatWasNotFinished() {
        Shopfront shopfront = Shopfront.resell(world);
        try (Visit visit = shopfront.visit(shopfront.customer(0))) {
            visit.page.clock().install();
            visit.open().passGates();
            topUp(visit, false);
            visit.press("I did not finish the order");
            assertThat(visit.page.locator("wearon-try-on #topUp")).isVisible();
        }
    }
}
