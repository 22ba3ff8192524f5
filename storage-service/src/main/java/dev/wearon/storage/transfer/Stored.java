package dev.wearon.storage.transfer;

import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.images.Flaw;

/** What became of bytes that were to be an object. */
sealed interface Stored {

    /** The object is there, whole. */
    record Written(StoredObject object) implements Stored {}

    /** These very bytes lie there already, from an earlier or a simultaneous call. */
    record Repeated(StoredObject object) implements Stored {}

    /** The path was taken by other bytes, and those stay. */
    record Taken(StoredObject object) implements Stored {}

    /** Nothing was kept. */
    sealed interface Refused extends Stored {}

    /** The bytes are none that are taken. */
    record Flawed(Flaw flaw) implements Refused {}

    /** Its length was not declared; a bucket wants it before the first byte. */
    record LengthUnknown() implements Refused {}

    /** The sender went away, or was too slow. */
    record CutOff() implements Refused {}

    record NoSpace() implements Refused {}

    /** The path was taken, and what lay there has been removed since: with its store, as its life is longer. */
    record Gone() implements Refused {}
}
