package dev.wearon.generation.stores;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.stores.TryOnRequest.Parsed;
import dev.wearon.http.Problem.Code;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TryOnRequestTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    null                                                        | VALIDATION_ERROR
                    7                                                           | VALIDATION_ERROR
                    "text"                                                      | VALIDATION_ERROR
                    []                                                          | VALIDATION_ERROR
                    [{"age_verified": true}]                                    | VALIDATION_ERROR
                    {}                                                          | AGE_VERIFICATION_REQUIRED
                    {"age_verified": "true", "image_urls": ["a"]}               | AGE_VERIFICATION_REQUIRED
                    {"age_verified": 1, "image_urls": ["a"]}                    | AGE_VERIFICATION_REQUIRED
                    {"age_verified": false, "image_urls": ["a"]}                | AGE_VERIFICATION_REQUIRED
                    {"age_verified": true}                                      | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": "a"}                   | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": []}                    | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a", 7]}              | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a", null]}           | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a","a","a","a","a","a","a","a","a","a","a"]} | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a"], "prompt": "\\u0000"} | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a"], "garment_type": "hat"}   | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a"], "garment_type": "UPPER"} | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a"], "garment_type": ""}      | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a"], "garment_type": 1}       | VALIDATION_ERROR
                    {"age_verified": true, "image_urls": ["a"], "garment_type": ["lower"]} | VALIDATION_ERROR
                    """)
    void refusesInTheOrderOfTheApi(String body, Code code) {
        assertThat(parse(body)).isInstanceOfSatisfying(Parsed.Refused.class, refused -> assertThat(refused.code())
                .isEqualTo(code));
    }

    @Test
    void checksTheAgeBeforeTheImages() {
        assertThat(parse("{\"image_urls\": []}"))
                .isInstanceOfSatisfying(Parsed.Refused.class, refused -> assertThat(refused.code())
                        .isEqualTo(Code.AGE_VERIFICATION_REQUIRED));
    }

    @Test
    void acceptsTenImagesInOrder() {
        String urls = String.join(",", Collections.nCopies(9, "\"b\""));
        assertThat(valid("{\"age_verified\": true, \"image_urls\": [\"a\"," + urls + "]}")
                        .imageUrls())
                .hasSize(10)
                .startsWith("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ", \"prompt\": null", ", \"prompt\": \"  \\n \"", ", \"prompt\": 7", ", \"prompt\": [\"x\"]"
            })
    void usesTheBuiltInPromptWhereNoneIsGiven(String prompt) {
        assertThat(valid("{\"age_verified\": true, \"image_urls\": [\"a\"]" + prompt + "}")
                        .prompt())
                .isEqualTo(TryOnRequest.BUILT_IN_PROMPT);
    }

    @Test
    void trimsThePromptAndLimitsItsLength() {
        assertThat(withPrompt("  in the rain ")).isInstanceOfSatisfying(Parsed.Valid.class, valid -> assertThat(
                        valid.request().prompt())
                .isEqualTo("in the rain"));
        assertThat(withPrompt("x".repeat(4_000))).isInstanceOf(Parsed.Valid.class);
        assertThat(withPrompt(" ".repeat(10) + "🧥".repeat(4_000))).isInstanceOf(Parsed.Valid.class);
        assertThat(withPrompt("x".repeat(4_001))).isInstanceOf(Parsed.Refused.class);
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryKindOfGarment(GarmentType type) {
        assertThat(valid("{\"age_verified\": true, \"image_urls\": [\"a\"], \"garment_type\": \"" + type.wire() + "\"}")
                        .garmentType())
                .contains(type);
    }

    @Test
    void listsTheKindsOfGarments() {
        assertThat(parse("{\"age_verified\": true, \"image_urls\": [\"a\"], \"garment_type\": \"hat\"}"))
                .isInstanceOfSatisfying(Parsed.Refused.class, refused -> assertThat(refused.message())
                        .isEqualTo("garment_type must be one of: upper, lower, dress."));
    }

    /** How many images are needed depends on the image model, so only its text says it. */
    @Test
    void doesNotSayHowManyImagesTheModelNeeds() {
        assertThat(parse("{\"age_verified\": true, \"image_urls\": []}"))
                .isInstanceOfSatisfying(Parsed.Refused.class, refused -> assertThat(refused.message())
                        .isEqualTo("image_urls must be an array of URLs: the person, the garment, then any"
                                + " accessories; at most 10."));
    }

    @Test
    void ignoresUnknownFields() {
        assertThat(parse("{\"age_verified\": true, \"image_urls\": [\"a\"], \"store_id\": \"x\"}"))
                .isInstanceOf(Parsed.Valid.class);
    }

    @Nested
    class Hash {

        private final byte[] hash =
                hash(List.of("https://h/stores/a/uploads/1.png?sig=x", "https://h/2.png"), "p", "s@x.y");

        private static byte[] hash(List<String> urls, String prompt, String shopper) {
            return hash(urls, prompt, shopper, null);
        }

        private static byte[] hash(List<String> urls, String prompt, String shopper, GarmentType garmentType) {
            return new TryOnRequest(urls, prompt, Optional.ofNullable(garmentType), Optional.empty())
                    .hash(Optional.ofNullable(shopper));
        }

        /** The hashes that the first version stored. With others, the repeat of an old request would be refused as another one. */
        @Test
        void staysTheSameForARequestWithoutNewFields() {
            assertThat(hash)
                    .asHexString()
                    .isEqualToIgnoringCase("9e3444d4fbe16976e275a8d0a78dc8cb28c14ddeb40c63a87b5ab21466adb083");
            TryOnRequest plain = valid("{\"age_verified\": true, \"garment_type\": null, \"image_urls\":"
                    + " [\"https://h/stores/a/uploads/1.png?sig=x\", \"https://h/2.png\"]}");
            assertThat(plain.hash(Optional.empty()))
                    .asHexString()
                    .isEqualToIgnoringCase("21de735fe5ceda34e2701a06d3a081e7dad60c5785ff5b6cb06a7698ba0ef5c4");
        }

        @Test
        void ignoresTheSignatureOfUrls() {
            assertThat(hash(List.of("https://h/stores/a/uploads/1.png#f", "https://h/2.png?sig=y"), "p", "s@x.y"))
                    .isEqualTo(hash)
                    .hasSize(32);
            assertThat(hash(List.of("https://h/stores/%61/uploads/1.png", "https://h/2.png"), "p", "s@x.y"))
                    .isEqualTo(hash);
        }

        @Test
        void differsForAnyOtherRequest() {
            List<String> urls = List.of("https://h/stores/a/uploads/1.png", "https://h/2.png");
            assertThat(List.of(
                            hash(urls.reversed(), "p", "s@x.y"),
                            hash(urls.subList(0, 1), "p", "s@x.y"),
                            hash(urls, "q", "s@x.y"),
                            hash(urls, "p", "t@x.y"),
                            hash(urls, "p", null),
                            hash(urls, "p", "s@x.y", GarmentType.UPPER),
                            hash(urls, "p", "s@x.y", GarmentType.DRESS),
                            hash(urls, "p", null, GarmentType.UPPER)))
                    .doesNotContain(hash)
                    .doesNotHaveDuplicates();
        }

        /** Each part is hashed with its length, so that different requests never give the same bytes. */
        @Test
        void separatesItsParts() {
            assertThat(hash(List.of("/a", "/b"), "c", null)).isNotEqualTo(hash(List.of("/a"), "/bc", null));
            assertThat(hash(List.of("/a"), "pq", null)).isNotEqualTo(hash(List.of("/a"), "p", "q"));
        }

        @Test
        void usesTheTextOfAnInvalidUrl() {
            assertThat(hash(List.of("no url"), "p", null)).isNotEqualTo(hash(List.of("no url either"), "p", null));
            assertThat(hash(List.of("mailto:a"), "p", null)).isNotEqualTo(hash(List.of("mailto:b"), "p", null));
        }
    }

    private static Parsed withPrompt(String prompt) {
        return parse("{\"age_verified\": true, \"image_urls\": [\"a\"], \"prompt\": \"" + prompt + "\"}");
    }

    private static TryOnRequest valid(String body) {
        return ((Parsed.Valid) parse(body)).request();
    }

    private static Parsed parse(String body) {
        try {
            return TryOnRequest.parse(new ObjectMapper().readTree(body));
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(broken);
        }
    }
}
