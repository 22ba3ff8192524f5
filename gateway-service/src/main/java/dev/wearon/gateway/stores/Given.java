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
 * A member that a PATCH has, with its value or with {@code null}, which clears. Of a member that is absent there is no
 * {@code Given}: the record's component is null.
 */
@JsonDeserialize(using = Given.Reader.class)
public record Given<T>(T value) {

    /** What stands after the PATCH. */
    static <T> T or(Given<T> given, T old) {
        return given == null ? old : given.value();
    }

    static final class Reader extends JsonDeserializer<Given<?>> implements ContextualDeserializer {

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
        public Given<?> deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return new Given<>(value.deserialize(json, context));
        }

        @Override
        public Given<?> getNullValue(DeserializationContext context) {
            return new Given<>(null);
        }

        @Override
        public Given<?> getAbsentValue(DeserializationContext context) {
            return null;
        }
    }

    /** Lets the constraints on {@code T} look at the value. */
    @Singleton
    static final class Extractor implements ValueExtractor<Given<@ExtractedValue ?>> {

        @Override
        public void extractValues(Given<?> given, ValueReceiver receiver) {
            receiver.value(null, given.value());
        }
    }
}
