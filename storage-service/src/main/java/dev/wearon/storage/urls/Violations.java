package dev.wearon.storage.urls;

import dev.wearon.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong with a request, in the words and the order of the routes of JAX-RS. */
final class Violations {

    private final List<String> found = new ArrayList<>();

    /** @param request the body; null if it is the JSON {@code null} */
    static <T> T requireBody(T request) {
        new Violations()
                .require(request != null, "The request must not be null")
                .throwIfAny();
        return request;
    }

    Violations require(boolean holds, String violation) {
        if (!holds) {
            found.add(violation);
        }
        return this;
    }

    Violations requireElements(String field, List<?> list, int least, int most) {
        if (list == null) {
            return require(false, field + " must not be null");
        }
        require(list.size() >= least && list.size() <= most, field + " size must be between " + least + " and " + most);
        for (int index = 0; index < list.size(); index++) {
            if (list.get(index) == null) {
                found.add(field + "[" + index + "] must not be null");
            }
        }
        return this;
    }

    /** @param maxLength of each text that is not null */
    Violations requireTexts(String field, List<String> texts, int least, int most, int maxLength) {
        requireElements(field, texts, least, most);
        for (int index = 0; texts != null && index < texts.size(); index++) {
            if (texts.get(index) != null && texts.get(index).length() > maxLength) {
                found.add(field + "[" + index + "] size must be between 0 and " + maxLength);
            }
        }
        return this;
    }

    Optional<Problem> problem() {
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.invalid(
                        String.join("; ", found.stream().sorted().toList()) + "."));
    }

    void throwIfAny() {
        problem().ifPresent(problem -> {
            throw problem;
        });
    }
}
