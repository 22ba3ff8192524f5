package dev.wearon.testkit.pictures;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Files of other formats, declared as an accepted type. */
final class ForeignFiles {

    private ForeignFiles() {}

    static List<PictureFile> all() {
        String heic = "a HEIC photo named .jpg";
        String raw = "the raw file of a camera named .jpg";
        String text = "a text file named .jpg";
        return List.of(
                jpeg("HEIC", media("heic", "mif1", "heic"), heic, "Most Compatible"),
                jpeg("HEIC of the general brand", media("mif1", "miaf", "heic"), heic),
                jpeg("burst of HEIC", media("msf1", "hevc"), heic),
                png("HEIC as PNG", media("heix", "mif1"), "a HEIC photo named .png"),
                jpeg("AVIF", media("avif", "mif1", "miaf"), "an AVIF picture named .jpg", "export it as JPEG"),
                webp("AVIF of the general brand", media("mif1", "avif"), "an AVIF picture named .webp"),
                jpeg("animated AVIF", media("avis", "msf1"), "an AVIF picture named .jpg"),
                jpeg("raw file of Canon", media("crx ", "crx ", "isom"), raw, "Export it as JPEG"),
                jpeg("raw file of Olympus", PictureFiles.ascii("IIRO\10\0\0\0" + "\0".repeat(40)), raw),
                jpeg("later raw file of Olympus", PictureFiles.ascii("IIRS\10\0\0\0" + "\0".repeat(40)), raw),
                jpeg("first raw file of Olympus", PictureFiles.ascii("MMOR\0\0\0\10" + "\0".repeat(40)), raw),
                jpeg("raw file of Fujifilm", PictureFiles.ascii("FUJIFILMCCD-RAW 0201FF383501"), raw),
                jpeg("MP4", media("isom", "mp42"), "a film named .jpg"),
                jpeg("QuickTime", media("qt  "), "a film named .jpg"),
                webp("AVI", PictureFiles.ascii("RIFF\40\0\0\0AVI LIST............"), "a film named .webp"),
                jpeg("WebM", PictureFiles.ascii("\u001A\u0045\u00DF\u00A3" + "\0".repeat(40)), "a film named .jpg"),
                jpeg("GIF", PictureFiles.ascii("GIF89a\1\0\1\0\0\0\0;"), "a GIF picture named .jpg", "PNG or JPEG"),
                png(
                        "BMP",
                        PictureFiles.ascii("BM\u0080\0\0\0\0\0\0\0\66\0\0\0\50\0\0\0" + "\0".repeat(40)),
                        "a BMP picture named .png"),
                jpeg("TIFF", PictureFiles.ascii("II*\0\10\0\0\0" + "\0".repeat(40)), "a TIFF picture"),
                jpeg(
                        "TIFF of the other byte order",
                        PictureFiles.ascii("MM\0*\0\0\0\10" + "\0".repeat(40)),
                        "a TIFF picture"),
                jpeg("JPEG XL", PictureFiles.ascii("\u00FF\n" + "x".repeat(40)), "a JPEG XL picture"),
                jpeg(
                        "JPEG 2000",
                        PictureFiles.ascii("\0\0\0\14jP  \r\n\u0087\n" + "x".repeat(40)),
                        "a JPEG 2000 picture"),
                png("Photoshop", PictureFiles.ascii("8BPS\0\1" + "\0".repeat(40)), "a Photoshop file"),
                png("icon", PictureFiles.ascii("\0\0\1\0\1\0" + "\0".repeat(40)), "an icon"),
                png(
                        "SVG behind comments",
                        PictureFiles.ascii("\u00EF\u00BB\u00BF<?xml version=\"1.0\"?>\n<!-- "
                                + "made by hand ".repeat(60) + "-->\n<svg/>"),
                        "an SVG drawing named .png"),
                jpeg(
                        "SVG",
                        PictureFiles.ascii("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>"),
                        "an SVG drawing"),
                jpeg("PDF", PictureFiles.ascii("%PDF-1.7 ..........."), "a PDF document"),
                jpeg("ZIP", PictureFiles.ascii("PK\3\4................"), "a ZIP archive"),
                webp("HTML", PictureFiles.ascii("<html><script>alert(1)</script></html>"), "a web page named .webp"),
                jpeg(
                        "large HTML",
                        PictureFiles.ascii("<!DOCTYPE html>\n" + "<p>not found</p>".repeat(5_000)),
                        "a web page"),
                jpeg("JSON", PictureFiles.ascii("{\"data\":\"/9j/4AAQSkZJRg==\"}"), text, "not base64, JSON or a form"),
                jpeg("base64", PictureFiles.ascii("data:image/jpeg;base64,/9j/4AAQSkZJRg=="), text),
                jpeg(
                        "form",
                        PictureFiles.ascii(
                                "--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\u00FF\u00D8\u00FF"),
                        text),
                jpeg("one letter", PictureFiles.ascii("x"), text),
                jpeg("zeros", new byte[100], "a file of an unknown kind"),
                png("one zero", new byte[1], "a file of an unknown kind"),
                webp("sound", PictureFiles.ascii("RIFF\40\0\0\0WAVEfmt ............"), "a file of an unknown kind"));
    }

    /** The first box of an ISO base media file, with its own brand and compatible ones, and some content. */
    private static byte[] media(String brand, String... compatible) {
        ByteBuffer file =
                ByteBuffer.allocate(16 + 4 * compatible.length + 2_000).order(ByteOrder.BIG_ENDIAN);
        file.putInt(16 + 4 * compatible.length)
                .put(PictureFiles.ascii("ftyp" + brand))
                .putInt(0);
        for (String other : compatible) {
            file.put(PictureFiles.ascii(other));
        }
        return file.put(PictureFiles.ascii("....metaavif")).array();
    }

    private static PictureFile jpeg(String name, byte[] bytes, String... words) {
        return PictureFile.unsupported("jpeg", name, bytes, words);
    }

    private static PictureFile png(String name, byte[] bytes, String... words) {
        return PictureFile.unsupported("png", name, bytes, words);
    }

    private static PictureFile webp(String name, byte[] bytes, String... words) {
        return PictureFile.unsupported("webp", name, bytes, words);
    }
}
