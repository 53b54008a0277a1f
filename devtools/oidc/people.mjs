/** The synthetic persons one can log in as. */
import { createHash } from 'node:crypto';

/**
 * A subject identifier that is stable for a person and does not show the national number, as brokers give it.
 */
function subjectOf(nationalId) {
  return createHash('sha256').update(`development:${nationalId}`).digest('hex').slice(0, 32);
}

export class People {
  /** @param {{national_id: string, first_name: string, last_name: string, birth_date: string}[]} persons */
  constructor(persons) {
    this.all = persons;
    this.byNationalId = new Map(persons.map((person) => [person.national_id, person]));
    this.bySubject = new Map(persons.map((person) => [subjectOf(person.national_id), person]));
  }

  /** The subject of the person with this number, or undefined when there is no such person. */
  subjectFor(nationalId) {
    return this.byNationalId.has(nationalId) ? subjectOf(nationalId) : undefined;
  }

  /** What the provider says about a subject; `nationalIdClaim` is the claim name that the broker in question uses. */
  claimsOf(subject, nationalIdClaim) {
    const person = this.bySubject.get(subject);
    if (!person) return undefined;
    return {
      sub: subject,
      [nationalIdClaim]: person.national_id,
      name: `${person.first_name} ${person.last_name}`,
      given_name: person.first_name,
      family_name: person.last_name,
      birthdate: person.birth_date,
    };
  }
}
