package dev.wearon.gateway.bounds;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code X-Ignored-Fields} of the routes that accept unknown fields. */
@QuarkusTest
class IgnoredFieldsTest {

    private static final String CREATE = "/api/v1/generation/create";
    private static final String UPLOADS = "/api/v1/storage/uploads";
    private static final String DOWNLOADS = "/api/v1/storage/downloads";
    private static final String CREATED =
            "{\"session_id\":\"0190a000-0000-7000-8000-000000000000\",\"status\":\"queued\"}";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
        generation().answers(201, CREATED);
    }

    private Response post(String path, String body) {
        return merchant.calls().contentType(ContentType.JSON).body(body).post(path);
    }

    private static String ignored(Response response) {
        return response.header("X-Ignored-Fields");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "{'image_urls':[],'age_verified':true,'prompt':null,'garment_type':'upper'} | none",
                "{'image_urls':[],'age_verified':true,'seed':4} | seed",
                "{'seed':4,'image_urls':[],'Image_URLs':[],'modelId':1} | seed, Image_URLs, modelId",
                "{'options':{'seed':4,'deep':[{'x':1}]}} | options",
                "{'prompt':{'text':'a'},'image_urls':[{'url':1}]} | none",
                "{'a b':1,'a\\r\\nSet-Cookie':1,'caf\\u00e9':1,'':1,'seed':1} | seed, +4",
                "{'wk_0123456789abcdef0123456789abcdef':1,'wst_0123456789abcdef0123456789abcdef':1} | +2",
                "{'x_wk_0123456789abcdef0123456789abcdef':1,'a_wst_0123456789abcdef0123456789abcdef':1,'Work':1} | Work, +2",
                "{'image_urls.x':1,'prompt':{'x':1}} | +1",
                "[{'seed':4}] | none",
                "4 | none",
                "{'seed':4,} | seed",
            })
    void namesTheUnknownFieldsOfACreate(String body, String names) {
        Response response = post(CREATE, body.replace('\'', '"'));

        assertThat(ignored(response)).isEqualTo(names);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(generation().onlySeen().body()).hasToString(body.replace('\'', '"'));
    }

    @Test
    void namesTenAndCountsTheOthers() {
        String body = IntStream.range(0, 300)
                .mapToObj(n -> "\"field_%03d\":\"a secret\"".formatted(n))
                .collect(Collectors.joining(",", "{", "}"));

        assertThat(ignored(post(CREATE, body)))
                .startsWith("field_000, field_001, ")
                .endsWith(", field_009, +290")
                .hasSizeLessThan(600);
    }

    @Test
    void namesTheFileOfAnUpload() {
        storage().answers(201, "{\"uploads\":[]}");
        String file = "{\"file_name\":\"a\",\"content_type\":\"image/png\",\"size\":1%s}";

        assertThat(ignored(post(
                        UPLOADS,
                        "{\"files\":[" + file.formatted("") + "," + file.formatted(",\"alt\":{\"size\":2}")
                                + "],\"expires\":1}")))
                .isEqualTo("files[1].alt, expires");
    }

    /** A name with the characters of a path is not read as a path. */
    @Test
    void doesNotTakeANameForAPath() {
        storage().answers(201, "{\"uploads\":[]}");

        assertThat(ignored(post(UPLOADS, "{\"files[].size\":1,\"files[]\":{\"size\":1},\"files\":[{\"size\":1}]}")))
                .isEqualTo("+2");
    }

    @Test
    void namesFieldsOfADownload() {
        storage().answers(200, "{\"downloads\":[]}");

        assertThat(ignored(post(DOWNLOADS, "{\"paths\":[\"a\"],\"size\":1}"))).isEqualTo("size");
    }

    @Test
    void namesFieldsOfAStoreConfig() {
        Response changed = merchant.calls()
                .contentType(ContentType.JSON)
                .body("{\"billing_mode\":\"absorb_mode\",\"shop_domain\":\"other.example\"}")
                .patch("/api/v1/stores/config");

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(ignored(changed)).isEqualTo("shop_domain");
    }

    @Test
    void isInARefusalAndReadableForAPage() {
        generation().answers(400, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"image_urls must be an array.\"}");

        Response refused = merchant.calls()
                .contentType(ContentType.JSON)
                .header("Origin", "https://" + merchant.shopDomain())
                .body("{\"image_url\":[],\"age_verified\":true}")
                .post(CREATE);

        refused.then()
                .spec(refusal(400, "VALIDATION_ERROR"))
                .header("Access-Control-Expose-Headers", containsString("X-Ignored-Fields"));
        assertThat(ignored(refused)).isEqualTo("image_url");
    }

    /** A route for which no client could send other fields yet. */
    @Test
    void aRouteOfTheOperatorRefusesThemByName() {
        Response refused = Merchant.operator()
                .body("{\"shop_domain\":\"shop.example\",\"seed\":4}")
                .post("/admin/v1/stores");

        refused.then().spec(refusal(400, "VALIDATION_ERROR"));
        assertThat(refused.<String>path("error.message")).startsWith("seed is not a field of this request");
        assertThat(ignored(refused)).isNull();
    }
}
