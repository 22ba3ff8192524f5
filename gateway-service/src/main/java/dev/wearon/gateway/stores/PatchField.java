package dev.wearon.gateway.stores;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import jakarta.inject.Singleton;
import jakarta.validation.valueextraction.ExtractedValue;
import jakarta.validation.valueextraction.ValueExtractor;
import java.io.IOException;

/**
 * A field that a PATCH body contains: with its new value, or with {@code null}, which clears the field. If the body does not
 * contain the field, the record's component is null.
 *
 * <p>{@code JsonNullable} of jackson-databind-nullable would read a blank text as an absent field; here it is refused.
 */
@JsonDeserialize(using = PatchField.Reader.class)
public record PatchField<T>(T value) {

    /** The value after the PATCH. */
    public static <T> T orOld(PatchField<T> field, T old) {
        return field == null ? old : field.value();
    }

    static final class Reader extends JsonDeserializer<PatchField<?>> implements ContextualDeserializer {

        private final JsonDeserializer<?> value;

        Reader() {
            this(null);
        }

        private Reader(JsonDeserializer<?> value) {
            this.value = value;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty member)
                throws JsonMappingException {
            JavaType type = member.getType().containedType(0);
            return new Reader(context.findContextualValueDeserializer(type, member));
        }

        @Override
        public PatchField<?> deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return new PatchField<>(value.deserialize(json, context));
        }

        @Override
        public PatchField<?> getNullValue(DeserializationContext context) {
            return new PatchField<>(null);
        }

        @Override
        public PatchField<?> getAbsentValue(DeserializationContext context) {
            return null;
        }
    }

    /** Applies the constraints on {@code T} to the value. */
    @Singleton
    static final class Extractor implements ValueExtractor<PatchField<@ExtractedValue ?>> {

        @Override
        public void extractValues(PatchField<?> field, ValueReceiver receiver) {
            receiver.value(null, field.value());
        }
    }
}
