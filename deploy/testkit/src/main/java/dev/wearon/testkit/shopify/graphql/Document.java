package dev.wearon.testkit.shopify.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One parsed operation.
 *
 * @param variables the declared variables
 */
record Document(boolean mutation, String name, Map<String, Declared> variables, List<Selection> selections) {

    record Declared(Schema.Type type, JsonNode byDefault) {}

    sealed interface Selection {}

    /** @param key the name in the answer: the alias, or else the field's own name */
    record Field(String key, String name, Map<String, Object> arguments, List<Selection> selections, Syntax.Token at)
            implements Selection {}

    record InlineFragment(String type, List<Selection> selections, Syntax.Token at) implements Selection {}

    /** In place of a value. */
    record Variable(String name) {}

    /** A value without quotes, for an enum. */
    record Word(String text) {}

    static List<Document> parse(String text) {
        Syntax syntax = new Syntax(text);
        List<Document> operations = new ArrayList<>();
        while (!syntax.atEnd()) {
            operations.add(operation(syntax));
        }
        return operations;
    }

    private static Document operation(Syntax syntax) {
        Map<String, Declared> variables = new LinkedHashMap<>();
        if (syntax.peek().text().equals("{")) {
            return new Document(false, null, variables, selections(syntax));
        }
        boolean mutation = syntax.takeIf("mutation");
        if (!mutation) {
            syntax.expect("query");
        }
        String name = syntax.peek().isName() ? syntax.name() : null;
        if (syntax.takeIf("(")) {
            while (!syntax.takeIf(")")) {
                syntax.expect("$");
                String variable = syntax.name();
                syntax.expect(":");
                Schema.Type type = syntax.type();
                variables.put(variable, new Declared(type, syntax.takeIf("=") ? constant(syntax) : null));
            }
        }
        return new Document(mutation, name, variables, selections(syntax));
    }

    private static List<Selection> selections(Syntax syntax) {
        List<Selection> selections = new ArrayList<>();
        syntax.expect("{");
        while (!syntax.takeIf("}")) {
            Syntax.Token at = syntax.peek();
            if (syntax.takeIf("...")) {
                syntax.expect("on");
                selections.add(new InlineFragment(syntax.name(), selections(syntax), at));
                continue;
            }
            String key = syntax.name();
            String name = syntax.takeIf(":") ? syntax.name() : key;
            Map<String, Object> arguments = new LinkedHashMap<>();
            if (syntax.takeIf("(")) {
                while (!syntax.takeIf(")")) {
                    String argument = syntax.name();
                    syntax.expect(":");
                    arguments.put(argument, value(syntax));
                }
            }
            boolean nested = syntax.peek().text().equals("{");
            selections.add(new Field(key, name, arguments, nested ? selections(syntax) : List.of(), at));
        }
        return selections;
    }

    static JsonNode constant(Syntax syntax) {
        return switch (value(syntax)) {
            case JsonNode constant -> constant;
            case Word word -> TextNode.valueOf(word.text());
            default -> throw new Syntax.SyntaxError("A default must be a simple value", syntax.peek());
        };
    }

    /** A {@link JsonNode}, {@link Word}, {@link Variable}, list or map of these. */
    private static Object value(Syntax syntax) {
        Syntax.Token token = syntax.take();
        String text = token.text();
        if (text.equals("$")) {
            return new Variable(syntax.name());
        }
        if (text.equals("[")) {
            List<Object> elements = new ArrayList<>();
            while (!syntax.takeIf("]")) {
                elements.add(value(syntax));
            }
            return elements;
        }
        if (text.equals("{")) {
            Map<String, Object> fields = new LinkedHashMap<>();
            while (!syntax.takeIf("}")) {
                String name = syntax.name();
                syntax.expect(":");
                fields.put(name, value(syntax));
            }
            return fields;
        }
        if (text.startsWith("\"")) {
            return TextNode.valueOf(text.substring(1, text.length() - 1).translateEscapes());
        }
        if (token.isName()) {
            return switch (text) {
                case "true" -> BooleanNode.TRUE;
                case "false" -> BooleanNode.FALSE;
                case "null" -> NullNode.instance;
                default -> new Word(text);
            };
        }
        try {
            BigDecimal number = new BigDecimal(text);
            boolean whole = text.matches("-?\\d+");
            return !whole
                    ? DecimalNode.valueOf(number)
                    : text.length() < 10
                            ? IntNode.valueOf(number.intValueExact())
                            : LongNode.valueOf(number.longValueExact());
        } catch (ArithmeticException | NumberFormatException wrong) {
            throw new Syntax.SyntaxError("Parse error on \"%s\", expected a value".formatted(text), token);
        }
    }
}
