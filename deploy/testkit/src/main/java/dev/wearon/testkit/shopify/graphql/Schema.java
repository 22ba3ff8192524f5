package dev.wearon.testkit.shopify.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The types of a schema in GraphQL's schema language. The root types are {@code QueryRoot} and {@code Mutation}. */
public final class Schema {

    /** @param element the type of the elements of a list; then there is no name */
    record Type(String name, Type element, boolean required) {

        String innermost() {
            return element == null ? name : element.innermost();
        }

        @Override
        public String toString() {
            return (element == null ? name : "[" + element + "]") + (required ? "!" : "");
        }
    }

    /** An argument, or a field of an input type. */
    record Input(Type type, JsonNode byDefault) {}

    record Field(Type type, Map<String, Input> arguments) {}

    enum Kind {
        TYPE,
        INTERFACE,
        INPUT,
        ENUM,
        SCALAR
    }

    record Definition(
            Kind kind,
            String name,
            Set<String> interfaces,
            Map<String, Field> fields,
            Map<String, Input> inputs,
            Set<String> values) {

        boolean hasFields() {
            return kind == Kind.TYPE || kind == Kind.INTERFACE;
        }
    }

    private final Map<String, Definition> definitions = new LinkedHashMap<>();

    public Schema(String text) {
        Syntax syntax = new Syntax(text);
        while (!syntax.atEnd()) {
            Definition definition = definition(syntax);
            definitions.put(definition.name(), definition);
        }
        definitions.values().forEach(this::checkReferences);
    }

    Definition definition(String name) {
        return definitions.get(name);
    }

    private Definition definition(Syntax syntax) {
        Kind kind = Kind.valueOf(syntax.name().toUpperCase(java.util.Locale.ROOT));
        Definition definition = new Definition(
                kind,
                syntax.name(),
                new LinkedHashSet<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashSet<>());
        if (syntax.takeIf("implements")) {
            do {
                definition.interfaces().add(syntax.name());
            } while (syntax.takeIf("&"));
        }
        if (kind == Kind.SCALAR) {
            return definition;
        }
        syntax.expect("{");
        while (!syntax.takeIf("}")) {
            String name = syntax.name();
            switch (kind) {
                case ENUM -> definition.values().add(name);
                case INPUT -> definition.inputs().put(name, input(syntax));
                default -> definition.fields().put(name, field(syntax));
            }
        }
        return definition;
    }

    private static Field field(Syntax syntax) {
        Map<String, Input> arguments = new LinkedHashMap<>();
        if (syntax.takeIf("(")) {
            while (!syntax.takeIf(")")) {
                arguments.put(syntax.name(), input(syntax));
            }
        }
        syntax.expect(":");
        return new Field(syntax.type(), arguments);
    }

    private static Input input(Syntax syntax) {
        syntax.expect(":");
        Type type = syntax.type();
        return new Input(type, syntax.takeIf("=") ? Document.constant(syntax) : null);
    }

    private void checkReferences(Definition definition) {
        definition.fields().values().forEach(field -> {
            require(field.type());
            field.arguments().values().forEach(argument -> require(argument.type()));
        });
        definition.inputs().values().forEach(input -> require(input.type()));
    }

    private void require(Type type) {
        if (!definitions.containsKey(type.innermost())) {
            throw new IllegalArgumentException("The schema does not define " + type.innermost());
        }
    }
}
