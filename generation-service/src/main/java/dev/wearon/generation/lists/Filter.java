package dev.wearon.generation.lists;

import dev.wearon.generation.periods.Period;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Status;
import dev.wearon.http.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which sessions a list has.
 *
 * @param errorCode a session with this code has failed
 * @param created when the sessions were created
 */
record Filter(Optional<Status> status, Optional<FailureCode> errorCode, Period created) {

    /** Reads the query parameters; null means all. Refuses unknown words and texts that are no time. */
    static Filter of(String status, String errorCode, String createdFrom, String createdTo) {
        return new Filter(
                word("status", status, Status.values(), Status::wire),
                word("error_code", errorCode, FailureCode.values(), FailureCode::name),
                Period.of("created_from", createdFrom, "created_to", createdTo));
    }

    /** The statuses of the sessions in the list; none if the filter contradicts itself. */
    List<Status> statuses() {
        List<Status> possible = errorCode.isPresent() ? List.of(Status.FAILED) : List.of(Status.values());
        return possible.stream()
                .filter(it -> status.isEmpty() || status.get() == it)
                .toList();
    }

    private static <T> Optional<T> word(String parameter, String text, T[] all, Function<T, String> name) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(all)
                .filter(it -> name.apply(it).equals(text))
                .findFirst()
                .orElseThrow(() -> Problem.invalid(parameter + " must be one of "
                        + Arrays.stream(all).map(name).collect(Collectors.joining(", ")) + ".")));
    }
}
