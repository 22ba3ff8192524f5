package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the fields of a report. A report without an expected field is a failure: a missing number must not count as 0, because
 * then an answer of another server would mean that all is well.
 */
record Report(JsonNode data) {

    /** @param pointer a JSON pointer */
    long number(String pointer) throws UserError {
        return field(pointer, data.at(pointer).isIntegralNumber()).asLong();
    }

    /** The numbers of an object. It may have more than the named ones, because a newer gateway may count more. */
    Map<String, Long> numbers(String pointer, List<String> names) throws UserError {
        for (String name : names) {
            number(pointer + "/" + name);
        }
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> number : data.at(pointer).properties()) {
            numbers.put(number.getKey(), number(pointer + "/" + number.getKey()));
        }
        return numbers;
    }

    String text(String pointer) throws UserError {
        return field(pointer, data.at(pointer).isTextual()).asText();
    }

    boolean flag(String pointer) throws UserError {
        return field(pointer, data.at(pointer).isBoolean()).asBoolean();
    }

    JsonNode list(String pointer) throws UserError {
        return field(pointer, data.at(pointer).isArray());
    }

    private JsonNode field(String pointer, boolean isExpected) throws UserError {
        if (!isExpected) {
            throw new UserError(
                    "The answer is not the expected report: %s is missing or has another type."
                            .formatted(pointer.substring(1).replace('/', '.')),
                    "check that the gateway is one of WearOn, with the same version as this command");
        }
        return data.at(pointer);
    }
}
