package dev.wearon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.wearon.testkit.shopify.Customer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A shopper with a browser of their own at a product page. At the end, the page must not have violated its policy. */
final class Visit implements AutoCloseable {

    /** Long, because machines of tests are slow and shared. */
    static final double TIMEOUT_MS = 45_000;

    /** More than the element makes without a pause for the shopper. */
    private static final int MOST_READS = 20;

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    final Shopfront shopfront;
    final BrowserContext context;
    final Page page;
    private final List<String> complaints = new ArrayList<>();
    private int reads;

    Visit(Shopfront shopfront, Browser.NewContextOptions options) {
        this.shopfront = shopfront;
        context = shopfront.world().browser.newContext(options);
        context.setDefaultTimeout(TIMEOUT_MS);
        PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MS);
        page = context.newPage();
        page.onPageError(complaints::add);
        page.onResponse(response -> reads += response.url().contains("/apps/wearon/shopper") ? 1 : 0);
        // A failed fetch is logged as an error, too, and tests make calls fail.
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")
                    || message.text().contains("Refused to")) {
                complaints.add(message.text());
            }
        });
    }

    Visit logIn(Customer customer) {
        page.navigate(shopfront.url() + "/account/login?customer=" + customer.id());
        return this;
    }

    Visit open() {
        page.navigate(shopfront.productUrl());
        return this;
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator heading(String name) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name));
    }

    /** What the screen reader is told in the dialog. */
    Locator status() {
        return page.locator("wearon-try-on dialog [role=status]");
    }

    Locator alert() {
        return page.locator("wearon-try-on dialog [role=alert]");
    }

    Locator balance() {
        return page.locator("wearon-try-on [part=balance]");
    }

    /**
     * Moves the clock of the page on, by as much as it waits between two reads of the app proxy, until it shows the element. Each read is
     * answered in real time before the next step.
     */
    Visit passTimeUntil(Locator shown, long pauseMs) {
        for (int step = 0; step < MOST_READS && !shown.isVisible(); step++) {
            int before = reads;
            page.clock().fastForward(pauseMs);
            page.waitForCondition(() -> reads > before || shown.isVisible());
        }
        assertThat(shown).isVisible();
        return this;
    }

    Visit press(String name) {
        button(name).click();
        return this;
    }

    /** Opens the dialog and passes the gates. */
    Visit passGates() {
        // The button of the ready photo has the same name in absorb mode.
        button("Try it on").first().click();
        press("I am 13 or older");
        page.getByRole(AriaRole.CHECKBOX).check();
        return press("Continue");
    }

    Visit choose(Path photo) {
        page.getByLabel("Choose a photo", new Page.GetByLabelOptions().setExact(true))
                .setInputFiles(photo);
        return this;
    }

    /** With a photo that was chosen. */
    Visit tryOn() {
        assertThat(heading("Is this the right photo?")).isVisible();
        page.locator("wearon-try-on dialog button.main").click();
        return this;
    }

    Visit seesResult() {
        assertThat(heading("This is how it looks")).isVisible();
        Locator pictures = page.locator("wearon-try-on figure img");
        assertThat(pictures).hasCount(2);
        for (int i = 0; i < 2; i++) {
            // A picture that is not loaded has no width.
            awaitThat(pictures.nth(i), "image => image.complete && image.naturalWidth > 0");
        }
        return this;
    }

    /** Asks again and again from here. The page itself must not evaluate a text: its policy forbids that. */
    void awaitThat(Locator element, String predicate) {
        page.waitForCondition(() -> (Boolean) element.evaluate(predicate));
    }

    /** Keeps a screenshot, and lets axe look at the page. */
    Visit shows(String state) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(state + "-" + page.viewportSize().width + ".png")));
        var violations = new AxeBuilder(page).analyze().getViolations();
        assertThat(violations.stream()
                        .map(rule -> rule.getId() + ": "
                                + rule.getNodes().stream()
                                        .map(node -> node.getHtml())
                                        .toList())
                        .toList())
                .as(state)
                .isEmpty();
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("no horizontal scrolling in " + state)
                .isTrue();
        return this;
    }

    @Override
    public void close() {
        // For whoever looks at a failure.
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve("end-" + shopfront.shop().domain().replace(".myshopify.com", ".png"))));
        context.close();
        assertThat(complaints).isEmpty();
    }
}
