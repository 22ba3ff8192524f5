package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a page with a shopper token may use, through the gateway: all and only what belongs to its shopper. */
abstract class ShopperTokenCases {

    private static final String ANN = "ann@example.com";
    private static final String CUSTOMER = "4711";

    private Merchant merchant;
    private ShopperPage.Shop shop;
    private ShopperPage ann;

    @BeforeEach
    void openShop() throws Exception {
        merchant = Merchant.with(suite, 5);
        shop = ShopperPage.Shop.of(suite, merchant);
        ann = shop.page("shopper_email", ANN);
    }

    @Test
    void makesATryOnThatEveryPageOfTheShopperAndTheMerchantCanRead() throws Exception {
        UUID id = ann.created("try-1", ann.imageUrl(Merchant.PERSON), ann.imageUrl(Merchant.GARMENT));

        String url = ann.completed(id).getString("data.generated_image_url");
        given().urlEncodingEnabled(false).get(url).then().statusCode(200).contentType("image/jpeg");

        ShopperPage reloaded = shop.page("shopper_email", ANN);
        assertThat(reloaded.completed(id).getString("data.generated_image_url")).isNotNull();
        assertThat(reloaded.downloadUrl(pathOf(url))).isNotNull();
        assertThat(merchant.session(id).getString("data.generated_image_url")).isNotNull();
        assertThat(merchant.balance()).isEqualTo(4);
    }

    @Test
    void hidesATryOnAndItsPicturesFromEveryOtherPage() throws Exception {
        String person = ann.imageUrl(Merchant.PERSON);
        UUID id = ann.created("try-1", person, person);
        String picture = pathOf(ann.completed(id).getString("data.generated_image_url"));
        ShopperPage elsewhere =
                ShopperPage.Shop.of(suite, Merchant.with(suite, 5)).page("shopper_email", ANN);

        for (ShopperPage other : List.of(shop.page("shopper_ref", CUSTOMER), shop.anonymousPage(), elsewhere)) {
            other.session(id).then().statusCode(404).body("error.code", equalTo("NOT_FOUND"));
            assertThat(other.downloadUrl(picture)).isNull();
            assertThat(other.downloadUrl(pathOf(person))).isNull();
            other.create("try-1", person, person)
                    .then()
                    .statusCode(400)
                    .body("error.message", startsWith("image_urls[0] "));
        }
        assertThat(merchant.balance()).isEqualTo(4);
    }

    @Test
    void replaysTheCreateOfAPageThatWasReloadedButNotOfAnotherShopper() throws Exception {
        String person = ann.imageUrl(Merchant.PERSON);
        UUID id = ann.created("try-1", person, person);

        shop.page("shopper_email", ANN)
                .create("try-1", person, person)
                .then()
                .statusCode(201)
                .header("Idempotency-Replayed", "true")
                .body("data.session_id", is(id.toString()));
        ShopperPage customer = shop.page("shopper_ref", CUSTOMER);
        String other = customer.imageUrl(Merchant.PERSON);
        assertThat(customer.created("try-1", other, other)).isNotEqualTo(id);
        assertThat(merchant.balance()).isEqualTo(3);
    }

    /** The merchant's server uploads the photo of a shopper, and the page tries it on. */
    @Test
    void usesAPictureThatTheMerchantUploadedForTheShopperButNoneOfTheStoreAlone() throws Exception {
        String own = ann.imageUrl(Merchant.PERSON);
        String forAnn = uploadedForAnn(Files.readAllBytes(Merchant.GARMENT));
        String alone = merchant.imageUrl(Merchant.GARMENT);

        ann.create("try-1", own, alone).then().statusCode(400).body("error.message", startsWith("image_urls[1] "));
        ann.create("try-1", own, forAnn).then().statusCode(201);
        assertThat(merchant.balance()).isEqualTo(4);
    }

    @Test
    void readsTheBalanceOfItsShopper() {
        ann.call().get("/api/v1/credits/shopper").then().statusCode(200).body("data.balance", is(0));
        shop.page("shopper_ref", CUSTOMER)
                .call()
                .get("/api/v1/credits/shopper")
                .then()
                .statusCode(200)
                .body("data.balance", is(0));
        shop.anonymousPage()
                .call()
                .get("/api/v1/credits/shopper")
                .then()
                .statusCode(400)
                .body("error.message", startsWith("The token names no shopper"));
    }

    @Test
    void opensNoOtherRouteOfAMerchant() {
        for (String route : List.of(
                "/api/v1/credits/balance",
                "/api/v1/credits/transactions",
                "/api/v1/stores/analytics",
                "/api/v1/usage",
                "/api/v1/stores/config")) {
            assertThat(ann.call().get(route).statusCode()).as(route).isIn(401, 403, 404);
        }
    }

    private String uploadedForAnn(byte[] image) {
        String type = ResultPicture.contentType(image).orElseThrow();
        JsonPath upload = merchant.call()
                .header("x-shopper-email", ANN)
                .body(Map.of(
                        "files", List.of(Map.of("file_name", "photo", "content_type", type, "size", image.length))))
                .post("/api/v1/storage/uploads")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        merchant.put(upload, image, type).then().statusCode(201);
        return upload.getString("data.uploads[0].image_url");
    }

    private static String pathOf(String url) {
        return URI.create(url).getPath().substring(1);
    }
}
