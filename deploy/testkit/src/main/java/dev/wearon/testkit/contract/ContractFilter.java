package dev.wearon.testkit.contract;

import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.net.URI;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Checks every reply that REST Assured gets from a gateway against the contract, before the test gets it. */
public final class ContractFilter implements Filter {

    private final PublicContract contract;
    private final Predicate<URI> gateways;

    private ContractFilter(PublicContract contract, Predicate<URI> gateways) {
        this.contract = contract;
        this.gateways = gateways;
    }

    /**
     * Installs the filter for all requests of this JVM; a repeat has no effect. A test whose fake gateway answers wrongly on purpose
     * removes this filter with {@code noFiltersOfType}.
     *
     * @param gateways selects the requests to a gateway
     */
    public static void install(PublicContract contract, Predicate<URI> gateways) {
        if (RestAssured.filters().stream().noneMatch(ContractFilter.class::isInstance)) {
            RestAssured.filters(new ContractFilter(contract, gateways));
        }
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response response = context.next(request, expected);
        URI uri = URI.create(request.getURI());
        if (gateways.test(uri)) {
            contract.check(new Answer(
                    request.getMethod(),
                    uri.getRawPath().isEmpty() ? "/" : uri.getRawPath(),
                    response.statusCode(),
                    response.headers().asList().stream()
                            .collect(Collectors.groupingBy(
                                    header -> header.getName(),
                                    Collectors.mapping(header -> header.getValue(), Collectors.toList()))),
                    response.asByteArray()));
        }
        return response;
    }
}
