package dev.wearon.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTreeTest {

    private final PathTree<String> tree = new PathTree<>();

    @BeforeEach
    void fill() {
        for (String template : new String[] {"/a/{id}", "/a/create", "/a/{id}/list", "/a/create/now", "/{x}/b/c"}) {
            tree.put(template, template);
        }
    }

    @Test
    void prefersALiteralSegment() {
        assertThat(tree.find("/a/create")).isEqualTo("/a/create");
        assertThat(tree.find("/a/created")).isEqualTo("/a/{id}");
    }

    @Test
    void backtracksToTheNamedSegment() {
        assertThat(tree.find("/a/create/list")).isEqualTo("/a/{id}/list");
        assertThat(tree.find("/a/b/c")).isEqualTo("/{x}/b/c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/a", "/a/", "/a//list", "/a/create/", "/a/x/list/more", "/A/create", "/b/{id}", "/a/x/y"})
    void findsNothingElse(String path) {
        assertThat(tree.find(path)).isNull();
    }
}
