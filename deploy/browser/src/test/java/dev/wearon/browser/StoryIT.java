package dev.wearon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import dev.wearon.testkit.shopify.Customer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A shopper's way from the product page to the picture, in both modes. */
@ExtendWith(World.Shared.class)
class StoryIT {

    private final World world;

    StoryIT(World world) {
        this.world = world;
    }

    @Test
    void theShopPays() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.open().passGates();
            assertThat(visit.heading("Choose a photo of you")).isVisible();
            assertThat(visit.balance()).isEmpty();
            visit.choose(Photos.PERSON).tryOn().seesResult().shows("result-absorb");
            assertThat(visit.page.getByText("The picture shows the style, not the size."))
                    .isVisible();
            assertThat(shopfront.charged()).isEqualTo(1);
            visit.press("Delete my photo now");
            assertThat(visit.status()).hasText("Your photo and the picture are deleted.");
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void shoppersPay() {
        Shopfront shopfront = Shopfront.resell(world);
        Customer customer = shopfront.customer(0);
        try (Visit visit = shopfront.visit()) {
            visit.open().press("Try it on");
            assertThat(visit.heading("Log in first")).isVisible();
            visit.shows("login");
            visit.page
                    .getByText("Log in", new Page.GetByTextOptions().setExact(true))
                    .last()
                    .click();
            visit.page.getByText("Log in as " + customer.email()).click();
            // The shopper is back at the product.
            visit.page.waitForURL(shopfront.productUrl());
            assertThat(visit.balance()).hasText("Your credits: 0 · €4.99 per credit");
            visit.shows("closed");
            visit.passGates();
            assertThat(visit.heading("Add a credit")).isVisible();
            visit.shows("credits");

            Locator link = visit.page.locator("wearon-try-on #topUp");
            Page checkout = visit.page.waitForPopup(link::click);
            checkout.getByText("Pay now").click();
            assertThat(checkout.getByText("Thank you")).isVisible();
            // Also without the shopper: the page looks for the credits itself.
            assertThat(visit.status()).hasText("Your credits have arrived.");
            assertThat(visit.heading("Choose a photo of you")).isVisible();
            visit.shows("photo");
            visit.choose(Photos.PERSON);
            assertThat(visit.heading("Is this the right photo?")).isVisible();
            visit.shows("ready");
            visit.tryOn().seesResult().shows("result");
            assertThat(shopfront.balance(customer)).isZero();
            assertThat(shopfront.charged()).isEqualTo(1);
            assertThat(visit.balance()).containsText("Your credits: 0");
        }
    }

    @Test
    void onASmallPhone() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit(new Browser.NewContextOptions()
                .setViewportSize(360, 740)
                .setHasTouch(true)
                .setReducedMotion(ReducedMotion.REDUCE))) {
            visit.open().shows("closed");
            visit.press("Try it on");
            assertThat(visit.heading("How old are you?")).isVisible();
            visit.shows("age");
            visit.press("I am 13 or older");
            assertThat(visit.heading("Your photo")).isVisible();
            visit.shows("consent");
            visit.page.getByRole(AriaRole.CHECKBOX).check();
            visit.press("Continue");
            assertThat(visit.heading("Choose a photo of you")).isVisible();
            visit.shows("photo");
            visit.choose(Photos.PERSON).tryOn().seesResult().shows("result");
            for (Locator target :
                    visit.page.locator("wearon-try-on dialog button:visible").all()) {
                assertThat(target.boundingBox().height).isGreaterThanOrEqualTo(44);
            }
        }
    }
}
