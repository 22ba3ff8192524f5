package dev.wearon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ForcedColors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Age and consent, with the keyboard alone, in German, in the editor, in high contrast. */
@ExtendWith(World.Shared.class)
class GatesIT {

    private final World world;

    GatesIT(World world) {
        this.world = world;
    }

    /** Presses Tab until the element has the focus. */
    private static void tabTo(Locator element) {
        for (int tab = 0; tab < 10 && !(Boolean) element.evaluate("element => element.matches(':focus')"); tab++) {
            element.page().keyboard().press("Tab");
        }
        assertThat(element).isFocused();
    }

    private static void press(String key, Locator element) {
        tabTo(element);
        element.page().keyboard().press(key);
    }

    @Test
    void onlyTheKeyboard() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.open();
            press("Enter", visit.button("Try it on"));
            assertThat(visit.heading("How old are you?")).isFocused();
            press("Enter", visit.button("I am 13 or older"));
            assertThat(visit.heading("Your photo")).isFocused();
            press("Space", visit.page.getByRole(AriaRole.CHECKBOX));
            press("Enter", visit.button("Continue"));
            assertThat(visit.heading("Choose a photo of you")).isFocused();
            tabTo(visit.page.locator("wearon-try-on #chooseFile"));
            visit.choose(Photos.PERSON);
            assertThat(visit.heading("Is this the right photo?")).isFocused();
            press("Enter", visit.page.locator("wearon-try-on dialog button.main"));
            visit.seesResult();
            assertThat(visit.heading("This is how it looks")).isFocused();
            visit.page.keyboard().press("Escape");
            // The focus is where it came from.
            assertThat(visit.button("Try it on")).isFocused();
            assertThat(shopfront.charged()).isEqualTo(1);
        }
    }

    @Test
    void whoIsYoungerIsNotAskedAgain() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.open().press("Try it on").press("I am younger");
            assertThat(visit.page.locator("wearon-try-on [part=status]"))
                    .hasText("The try-on is only for people aged 13 or older.");
            visit.shows("denied");
            visit.page.reload();
            assertThat(visit.page.locator("wearon-try-on [part=status]"))
                    .hasText("The try-on is only for people aged 13 or older.");
            assertThat(visit.button("Try it on")).hasCount(0);
        }
    }

    /** Nothing that a browser keeps opens a gate: only the gateway makes tokens, for an age and a consent of now. */
    @Test
    void storageOpensNoGate() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.open().passGates();
            assertThat(visit.heading("Choose a photo of you")).isVisible();
            visit.page.evaluate("""
                    for (const area of [localStorage, sessionStorage])
                      for (const name of ['wearon-adult', 'wearon-consent', 'wearon-token', 'wearon-denied'])
                        area.setItem(name, JSON.stringify(name !== 'wearon-denied'))
                    """);
            visit.page.navigate(shopfront.url() + "/");
            visit.page.goBack();
            visit.press("Try it on");
            assertThat(visit.heading("How old are you?")).isVisible();
            Object refused = visit.page.evaluate("""
                    fetch(document.querySelector('wearon-try-on').getAttribute('proxy')
                        + '/shopper?age_verified=false&disclosure=&origin=' + location.origin, {method: 'POST'})
                      .then((answer) => answer.json()).then(({data}) => data?.token ?? null)
                    """);
            assertThat(refused).isNull();
        }
    }

    @Test
    void storageMayThrow() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit()) {
            visit.page.addInitScript("""
                    for (const area of ['localStorage', 'sessionStorage'])
                      Object.defineProperty(window, area, { get() { throw new DOMException('', 'SecurityError'); } });
                    """);
            visit.open().passGates().choose(Photos.PERSON).tryOn().seesResult();
        }
    }

    @Test
    void thePreviewOfTheEditorSpendsNothing() {
        Shopfront shopfront = Shopfront.resell(world);
        try (Visit visit = shopfront.visit()) {
            List<String> calls = new ArrayList<>();
            visit.page.onRequest(request -> {
                if (request.url().contains("/apps/") || request.url().contains("/api/")) {
                    calls.add(request.url());
                }
            });
            visit.page.navigate(shopfront.productUrl() + "?preview");
            assertThat(visit.page.locator("wearon-try-on [part=status]"))
                    .hasText("Preview: nothing is sent and nothing is spent.");
            visit.press("Try it on");
            assertThat(visit.page.locator("wearon-try-on dialog")).isHidden();
            visit.shows("preview");
            assertThat(calls).isEmpty();
        }
    }

    @Test
    void inGerman() {
        Shopfront shopfront = Shopfront.resell(world);
        try (Visit visit = shopfront.visit(shopfront.customer(2))) {
            visit.page.addInitScript(
                    "document.addEventListener('readystatechange', () => (document.documentElement.lang = 'de'))");
            visit.open();
            assertThat(visit.balance()).containsText("Ihre Credits: 2");
            visit.press("Anprobieren").press("Ich bin 13 oder älter");
            assertThat(visit.heading("Ihr Foto")).isVisible();
            visit.shows("consent-de");
        }
    }

    @Test
    void inHighContrast() {
        Shopfront shopfront = Shopfront.absorb(world);
        try (Visit visit = shopfront.visit(
                new Browser.NewContextOptions().setViewportSize(800, 900).setForcedColors(ForcedColors.ACTIVE))) {
            visit.open().press("Try it on");
            assertThat(visit.heading("How old are you?")).isVisible();
            assertThat(
                            visit.page.evaluate(
                                    "getComputedStyle(document.querySelector('wearon-try-on').shadowRoot.querySelector('dialog')).borderStyle"))
                    .isEqualTo("solid");
            visit.shows("age-high-contrast");
        }
    }

    @Test
    void thePagesOfTheShop() {
        Shopfront shopfront = Shopfront.resell(world);
        try (Visit visit = shopfront.visit()) {
            for (String path : List.of("/", "/cart", "/account/login", "/unknown")) {
                visit.page.navigate(shopfront.url() + path);
                visit.shows("shop" + path.replace('/', '-'));
            }
            visit.page.navigate(world.shops() + "/");
            visit.shows("shops");
            visit.open().press("Add to cart");
            visit.page.getByText("Check out").click();
            assertThat(visit.heading("Checkout")).isVisible();
            visit.shows("checkout");
            visit.press("Pay now");
            assertThat(visit.heading("Thank you")).isVisible();
            visit.shows("order");
        }
    }
}
