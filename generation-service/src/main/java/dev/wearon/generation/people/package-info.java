/**
 * The person in a photo: {@link dev.wearon.generation.people.Person} finds the largest face and the torso below it, {@link
 * dev.wearon.generation.people.Build} waist, hips and legs.
 */
package dev.wearon.generation.people;
