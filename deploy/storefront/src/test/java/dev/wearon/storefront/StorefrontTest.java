package dev.wearon.storefront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reviewer of a shop and a reader of the source expect of the theme app extension. */
class StorefrontTest {

    private static final int LARGEST = 12_000;
    private static final Path EXTENSION = Path.of("extensions/wearon-try-on");
    private static final Pattern BUYING = Pattern.compile("\\b(buy|bought|purchas)|kauf", Pattern.CASE_INSENSITIVE);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theElementIsSmall() throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(StorefrontAsset.TRY_ON.bytes());
        }
        System.out.println("wearon-try-on.js: " + compressed.size() + " bytes with gzip, of " + LARGEST);
        assertThat(compressed.size()).isLessThan(LARGEST);
    }

    @ParameterizedTest
    @EnumSource
    void anAssetIsOneFileThatWritesNoHtmlAndNoCookies(StorefrontAsset asset) throws IOException {
        String source = source(asset);
        assertThat(source)
                .isEqualTo(read("assets/" + asset.fileName()))
                .doesNotContainPattern("(?m)^\\s*import\\b|\\bimport\\s*\\(")
                .doesNotContain(
                        "document.cookie", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
                .doesNotContain("TODO");
        assertThat(BUYING.matcher(source).results().map(MatchResult::group)).isEmpty();
    }

    @Test
    void everyCallHasATimeout() {
        String source = source(StorefrontAsset.TRY_ON);
        long fetches = Pattern.compile("\\bfetch\\(").matcher(source).results().count();
        assertThat(Pattern.compile("AbortSignal\\.timeout\\(")
                        .matcher(source)
                        .results()
                        .count())
                .isPositive()
                .isEqualTo(fetches);
        assertThat(source).contains("request.timeout = ");
    }

    @Test
    void bothLanguagesOfTheElementHaveTheSameTextsAndEachIsUsed() {
        String source = source(StorefrontAsset.TRY_ON);
        String english = between(source, "  en: {\n", "\n  },\n");
        String german = between(source, "  de: {\n", "\n  },\n");
        String code = source.substring(source.indexOf("const FAILURES"));
        assertThat(texts(german).keySet()).isEqualTo(texts(english).keySet()).hasSizeGreaterThan(40);
        for (Map.Entry<String, String> text : texts(english).entrySet()) {
            assertThat(code).contains("'" + text.getKey() + "'");
            assertThat(values(texts(german).get(text.getKey())))
                    .as(text.getKey())
                    .isEqualTo(values(text.getValue()));
        }
        for (MatchResult use :
                Pattern.compile("#text\\('(\\w+)'").matcher(code).results().toList()) {
            assertThat(texts(english)).containsKey(use.group(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".schema"})
    void bothLanguagesOfTheBlockHaveTheSameTextsAndEachIsUsed(String kind) throws IOException {
        Set<String> english = keys(JSON.readTree(read("locales/en.default" + kind + ".json")), "");
        assertThat(keys(JSON.readTree(read("locales/de" + kind + ".json")), ""))
                .isEqualTo(english)
                .isNotEmpty();
        String block = read("blocks/try-on.liquid");
        Pattern use = kind.isEmpty() ? Pattern.compile("'([\\w.]+)' \\| t\\b") : Pattern.compile("\"t:([\\w.]+)\"");
        assertThat(use.matcher(block).results().map(result -> result.group(1)).collect(Collectors.toSet()))
                .isEqualTo(english);
    }

    @Test
    void noTextOfTheExtensionSpeaksOfBuying() throws IOException {
        try (var files = Files.walk(EXTENSION)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(BUYING.matcher(Files.readString(file)).results().map(MatchResult::group))
                        .as(file.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void theSchemaOfTheBlockIsValid() throws IOException {
        String block = read("blocks/try-on.liquid");
        JsonNode schema = JSON.readTree(between(block, "{% schema %}", "{% endschema %}"));
        JsonNode english = JSON.readTree(read("locales/en.default.schema.json"));
        JsonNode german = JSON.readTree(read("locales/de.schema.json"));
        String name =
                "/" + schema.path("name").asText().substring("t:".length()).replace('.', '/');
        assertThat(english.at(name).asText()).isNotBlank().hasSizeLessThanOrEqualTo(25);
        assertThat(german.at(name).asText()).isNotBlank().hasSizeLessThanOrEqualTo(25);
        assertThat(schema.path("target").asText()).isEqualTo("section");
        assertThat(schema.path("settings")).isNotEmpty().hasSizeLessThanOrEqualTo(25);
        Set<String> ids = new TreeSet<>();
        for (JsonNode setting : schema.path("settings")) {
            assertThat(setting.path("type").asText()).isIn("product", "text", "color", "range");
            assertThat(ids.add(setting.path("id").asText())).isTrue();
        }
        Set<String> used = Pattern.compile("block\\.settings\\.(\\w+)")
                .matcher(block)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).isEqualTo(ids);
    }

    @Test
    void theBlockRefersToExistingAssets() throws IOException {
        var assets = Pattern.compile("'([^']+)' \\| asset_url")
                .matcher(read("blocks/try-on.liquid"))
                .results()
                .toList();
        assertThat(assets).isNotEmpty();
        for (MatchResult asset : assets) {
            assertThat(EXTENSION.resolve("assets").resolve(asset.group(1))).isRegularFile();
        }
    }

    @Test
    void theBlockGivesAttributesThatTheElementReads() throws IOException {
        Set<String> given = Pattern.compile("(?m)^      ([a-z-]+)=\"")
                .matcher(read("blocks/try-on.liquid"))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(given).contains("proxy", "product-image", "login-url");
        for (String attribute : given) {
            assertThat(source(StorefrontAsset.TRY_ON)).containsPattern("['\\[]" + attribute + "['\\]]");
        }
    }

    @Test
    void theFunctionsWorkInNode() throws IOException, InterruptedException {
        assumeTrue(isExecutable("node"), "Skipped: there is no node on the PATH.");
        Process node = new ProcessBuilder("node", "--test", "src/test/node/")
                .redirectErrorStream(true)
                .redirectOutput(new File("target/node-test.txt"))
                .start();
        try {
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            node.destroyForcibly();
        }
        assertThat(node.exitValue())
                .as(Files.readString(Path.of("target/node-test.txt")))
                .isZero();
        assertThat(Files.readString(Path.of("target/node-test.txt"))).containsPattern("pass [1-9]");
    }

    private static boolean isExecutable(String program) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String source(StorefrontAsset asset) {
        return new String(asset.bytes(), StandardCharsets.UTF_8);
    }

    private static String read(String file) throws IOException {
        return Files.readString(EXTENSION.resolve(file));
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        assertThat(from).isGreaterThanOrEqualTo(begin.length());
        return text.substring(from, text.indexOf(end, from));
    }

    private static Map<String, String> texts(String object) {
        Map<String, String> texts = new TreeMap<>();
        for (MatchResult text : Pattern.compile("(?m)^    (\\w+): '(.+)',$")
                .matcher(object)
                .results()
                .toList()) {
            texts.put(text.group(1), text.group(2));
        }
        return texts;
    }

    private static Set<String> values(String text) {
        return Pattern.compile("\\{\\w+}")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> keys(JsonNode node, String prefix) {
        Set<String> keys = new TreeSet<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (field.getValue().isObject()) {
                keys.addAll(keys(field.getValue(), prefix + field.getKey() + "."));
            } else {
                keys.add(prefix + field.getKey());
            }
        }
        return keys;
    }
}
