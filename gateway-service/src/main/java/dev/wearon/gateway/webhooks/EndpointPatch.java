package dev.wearon.gateway.webhooks;

import dev.wearon.gateway.stores.PatchField;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** A change of an endpoint. An absent field stays as it is, and an unknown field is refused. */
public record EndpointPatch(
        PatchField<@NotNull @Size(max = 2_048) String> url,
        PatchField<@NotNull @Size(max = 20) List<@NotNull @Size(max = 100) String>> eventTypes,
        PatchField<@NotNull Boolean> enabled) {}
