package dev.wearon.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Renders all refusals and faults as responses. An unexpected fault is logged and becomes {@code INTERNAL_ERROR}; the client
 * never sees the text of an exception.
 */
public final class ProblemMapper {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    /** A path of field names that may appear in a message; an API key or a shopper token may not. */
    private static final Pattern FIELD =
            Pattern.compile("(\\.(?!wk_|wst_)[a-zA-Z][a-zA-Z0-9_]{0,39}|\\[[0-9]{1,9}]){1,9}");

    /** Converts any fault of a request to the refusal that its caller gets. Logs it if this service is at fault. */
    public static Problem refusal(Throwable fault) {
        switch (fault) {
            case Problem problem -> {
                if (problem.code().status() >= 500) {
                    MDC.put(Problem.LOG_KEY, problem.code().name());
                    LOG.errorf(problem.getCause(), "%s: %s", problem.code(), problem.getMessage());
                }
                return problem;
            }
            case JacksonException unreadable -> {
                return Problem.invalid(position(unreadable));
            }
            default -> {
                MDC.put(Problem.LOG_KEY, Problem.Code.INTERNAL_ERROR.name());
                LOG.error("A request failed unexpectedly", fault);
                return Problem.of(
                        Problem.Code.INTERNAL_ERROR,
                        "The request failed on our side. The request itself is correct; the log has its request id.");
            }
        }
    }

    /** The refusal of a request without a valid identity. */
    public static Problem unidentified() {
        return Problem.of(Problem.Code.INVALID_API_KEY, "A valid identity is required.");
    }

    @ServerExceptionMapper
    public Response problem(Problem problem) {
        return render(refusal(problem));
    }

    /** Renders violations of Bean Validation: the message names each field and its violation. */
    @ServerExceptionMapper
    public Response violated(ConstraintViolationException violated) {
        String message = violated.getConstraintViolations().stream()
                .map(violation -> fieldName(violation) + " " + violation.getMessage())
                .sorted(Comparator.naturalOrder())
                .collect(Collectors.joining("; "));
        return render(Problem.invalid(message + "."));
    }

    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    public Response withoutIdentity() {
        return render(unidentified());
    }

    @ServerExceptionMapper(ForbiddenException.class)
    public Response forbidden() {
        // Hides internal endpoints from callers without the role.
        return render(Problem.notFound("The path"));
    }

    /** Renders refusals of JAX-RS: unknown path, wrong method, unreadable body. */
    @ServerExceptionMapper
    public Response refused(WebApplicationException refused) {
        int status = refused.getResponse().getStatus();
        if (status >= 500) {
            return failed(refused);
        }
        Response answer = render(
                switch (status) {
                    case 401 -> unidentified();
                    case 403, 404 -> Problem.notFound("The path");
                    case 405 -> Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "This path does not support the method.");
                    case 413 -> Problem.of(Problem.Code.PAYLOAD_TOO_LARGE, "The request body is too large.");
                    case 415 -> Problem.of(Problem.Code.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.");
                    default -> Problem.invalid(position(refused.getCause()));
                });
        String allow = refused.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? answer
                : Response.fromResponse(answer).header(HttpHeaders.ALLOW, allow).build();
    }

    /** Lists the second class because Quarkus has its own mapper for it, which responds without a code. */
    @ServerExceptionMapper({JacksonException.class, MismatchedInputException.class})
    public Response unreadable(JacksonException unreadable) {
        return render(refusal(unreadable));
    }

    @ServerExceptionMapper
    public Response failed(Throwable fault) {
        return render(refusal(fault));
    }

    private static Response render(Problem problem) {
        var answer = Response.status(problem.code().status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(problem.body());
        if (problem.retryAfter() != null) {
            answer.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
        }
        problem.headers().forEach(answer::header);
        return answer.build();
    }

    /** Names the position of the error, but no value of the client: it may be a secret. */
    private static String position(Throwable cause) {
        if (cause instanceof JacksonException json && json.getLocation() != null) {
            return "%s (line %d, column %d)."
                    .formatted(
                            misfit(json),
                            json.getLocation().getLineNr(),
                            json.getLocation().getColumnNr());
        }
        return "The request could not be understood.";
    }

    private static String misfit(JacksonException unreadable) {
        Optional<String> field = unreadable instanceof JsonMappingException mapping ? name(mapping) : Optional.empty();
        return field.map(name -> unreadable instanceof UnrecognizedPropertyException
                        ? name + " is not a field of this request"
                        : name + " does not have a value that this endpoint expects")
                .orElse("The body is not the JSON this endpoint expects");
    }

    /** The path of the field; empty if one of its names is not a plausible field name, because it may be a secret. */
    private static Optional<String> name(JsonMappingException unreadable) {
        String path = unreadable.getPath().stream()
                .map(step ->
                        step.getFieldName() == null ? "[%d]".formatted(step.getIndex()) : "." + step.getFieldName())
                .collect(Collectors.joining());
        return FIELD.matcher(path).matches() ? Optional.of(path.replaceFirst("^\\.", "")) : Optional.empty();
    }

    /** The path as a client writes it: {@code allowed_domains[0]}. */
    private static String fieldName(ConstraintViolation<?> violation) {
        StringBuilder path = new StringBuilder();
        int depth = 0;
        for (Path.Node node : violation.getPropertyPath()) {
            // The first two nodes are the Java method and its parameter.
            if (depth++ < 2) {
                continue;
            }
            if (node.getIndex() != null) {
                path.append('[').append(node.getIndex()).append(']');
            }
            // Elements of a list have only an internal name of the validator.
            if (node.getName() != null && node.getKind() != ElementKind.CONTAINER_ELEMENT) {
                path.append(path.isEmpty() ? "" : ".").append(SnakeCase.of(node.getName()));
            }
        }
        return path.isEmpty() ? queryParameter(violation).orElse("The request") : path.toString();
    }

    /** The name of the violated query parameter; empty if the violation is in the body. */
    private static Optional<String> queryParameter(ConstraintViolation<?> violation) {
        Iterator<Path.Node> nodes = violation.getPropertyPath().iterator();
        Path.MethodNode method = nodes.next().as(Path.MethodNode.class);
        int parameter = nodes.next().as(Path.ParameterNode.class).getParameterIndex();
        Class<?>[] types = method.getParameterTypes().toArray(Class<?>[]::new);
        // Proxies of the framework do not have the annotations.
        return Stream.<Class<?>>iterate(violation.getRootBeanClass(), Objects::nonNull, Class::getSuperclass)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(declared -> declared.getName().equals(method.getName())
                        && Arrays.equals(declared.getParameterTypes(), types))
                .flatMap(declared -> Stream.of(declared.getParameterAnnotations()[parameter]))
                .filter(QueryParam.class::isInstance)
                .map(annotation -> ((QueryParam) annotation).value())
                .findFirst();
    }
}
