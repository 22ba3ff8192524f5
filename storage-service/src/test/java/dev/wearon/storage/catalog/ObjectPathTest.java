package dev.wearon.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.storage.catalog.ObjectPath.Kind;
import dev.wearon.storage.images.ImageType;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectPathTest {

    private static final UUID STORE = UUID.fromString("0190c8a4-0000-7000-8000-00000000000a");
    private static final String NAME = "0190c8a4-1111-7111-8111-11111111111b";

    @ParameterizedTest
    @EnumSource(ImageType.class)
    void parsesItsOwnText(ImageType type) {
        ObjectPath path = ObjectPath.newUpload(STORE, type);
        assertThat(path.text()).startsWith("stores/" + STORE + "/uploads/").endsWith("." + type.extension());
        assertThat(ObjectPath.parse(path.text())).contains(path);
    }

    @Test
    void derivesOneResultPathFromASession() {
        UUID session = UUID.fromString(NAME);
        assertThat(ObjectPath.generated(STORE, session).text())
                .isEqualTo("stores/" + STORE + "/generated/" + NAME + ".jpg");
        assertThat(ObjectPath.parse("stores/" + STORE + "/generated/" + NAME + ".jpg"))
                .contains(ObjectPath.generated(STORE, session));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/stores/%s/uploads/%n.png",
                "stores/%s/uploads/",
                "stores/%s/uploads/%n",
                "stores/%s/uploads/%n.gif",
                "stores/%s/uploads/%n.png/",
                "stores/%s/uploads/%n.png.jpg",
                "stores/%s/uploads/me.png",
                "stores/%s/uploads/../uploads/%n.png",
                "stores/%s/uploads/./%n.png",
                "stores/%s//uploads/%n.png",
                "stores/%s/uploads/..%2f%n.png",
                "stores/%s\\uploads\\%n.png",
                "stores/%s/Uploads/%n.png",
                "stores/%s/UPLOADS/%n.png",
                "STORES/%s/uploads/%n.png",
                "stores/%s/generated/%n.png",
                "stores/%s/other/%n.png",
                "stores/%s0/uploads/%n.png",
                "stores/1/uploads/%n.png",
                "stores/%s/uploads/%n.png\n",
                "stores/%s/uploads/%n.png\u0000",
                "stores/%s/uploads/%n.PNG",
                "x/stores/%s/uploads/%n.png"
            })
    void rejectsEveryOtherText(String form) {
        assertThat(ObjectPath.parse(form.replace("%s", STORE.toString()).replace("%n", NAME)))
                .isEmpty();
    }

    @Test
    void rejectsUpperCase() {
        assertThat(ObjectPath.parse("stores/" + STORE.toString().toUpperCase() + "/uploads/" + NAME + ".png"))
                .isEmpty();
        assertThat(ObjectPath.parse("stores/" + STORE + "/uploads/" + NAME.toUpperCase() + ".png"))
                .isEmpty();
    }

    @Test
    void rejectsAClientsFileName() {
        assertThatThrownBy(() -> new ObjectPath(STORE, Kind.UPLOADS, "../me.png"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
