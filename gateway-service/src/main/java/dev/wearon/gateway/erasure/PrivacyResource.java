package dev.wearon.gateway.erasure;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.erasure.ShopperDocuments.Document;
import dev.wearon.gateway.erasure.StoreJobs.Job;
import dev.wearon.gateway.erasure.StoreJobs.Kind;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The operator deletes and reads the data of shoppers, and sees the requests of shops. */
@Path("/admin/v1/stores/{store_id}")
public class PrivacyResource {

    private static final String BY_OPERATOR = "operator";

    /** @param status {@code pending} or {@code done} */
    public record PrivacyRequest(
            UUID requestId, String kind, String origin, String status, Instant createdAt, Instant doneAt) {

        private static PrivacyRequest of(Job job) {
            return new PrivacyRequest(
                    job.id(),
                    job.kind().wire(),
                    job.origin(),
                    job.doneAt() == null ? "pending" : "done",
                    job.createdAt(),
                    job.doneAt());
        }
    }

    public record PrivacyRequests(List<PrivacyRequest> requests, String nextCursor) {}

    private final StoreJobs jobs;
    private final ShopperDocuments documents;
    private final Stores stores;
    private final Operator operator;

    PrivacyResource(StoreJobs jobs, ShopperDocuments documents, Stores stores, Operator operator) {
        this.jobs = jobs;
        this.documents = documents;
        this.stores = stores;
        this.operator = operator;
    }

    /** An unknown shopper is no error: nothing names it afterwards. */
    @POST
    @Path("/shoppers/redact")
    @ResponseStatus(202)
    public Uni<PrivacyRequest> redact(
            @RestPath("store_id") UUID storeId, @NotNull ShopperName shopper, @Context HttpHeaders headers) {
        return add(storeId, Kind.REDACT_SHOPPER, shopper.validated(), operator.author(headers));
    }

    @POST
    @Path("/shoppers/data")
    public Uni<Document> data(
            @RestPath("store_id") UUID storeId, @NotNull ShopperName shopper, @Context HttpHeaders headers) {
        String name = shopper.validated();
        return add(storeId, Kind.DATA_REQUEST, name, operator.author(headers))
                .chain(() -> documents.of(storeId, List.of(name)));
    }

    @GET
    @Path("/privacy-requests")
    public Uni<PrivacyRequests> list(
            @RestPath("store_id") UUID storeId, @RestQuery String limit, @RestQuery String cursor) {
        PageRequest request = PageRequest.of(limit, cursor);
        return existing(storeId)
                .chain(() -> jobs.page(storeId, request))
                .map(page -> new PrivacyRequests(
                        page.jobs().stream().map(PrivacyRequest::of).toList(), page.nextCursor()));
    }

    @GET
    @Path("/privacy-requests/{id}/data")
    public Uni<Document> data(@RestPath("store_id") UUID storeId, @RestPath("id") UUID requestId) {
        return jobs.find(requestId, storeId)
                .map(found -> found.filter(job -> job.kind() == Kind.DATA_REQUEST)
                        .flatMap(Job::shoppers)
                        .orElseThrow(() -> Problem.notFound("The data request")))
                .chain(names -> documents.of(storeId, names));
    }

    private Uni<PrivacyRequest> add(UUID storeId, Kind kind, String name, Author author) {
        return existing(storeId)
                .chain(() -> jobs.add(
                        author, BY_OPERATOR, storeId, kind, UUID.randomUUID().toString(), List.of(name)))
                .map(added -> PrivacyRequest.of(added.orElseThrow()));
    }

    private Uni<Void> existing(UUID storeId) {
        return stores.exists(storeId)
                .invoke(exists -> {
                    if (!exists) {
                        throw Problem.notFound("The store");
                    }
                })
                .replaceWithVoid();
    }
}
