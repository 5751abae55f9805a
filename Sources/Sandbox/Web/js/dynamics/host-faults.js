/** What the stand-in can be made to do wrong, as the real host has been seen to do. */

export const FAULTS = Object.freeze({
  /** `text`, `object` or `map`: how results and events are packed. */
  encoding: "text",
  /** Methods that never settle; `*` is every one. */
  hang: null,
  /** What methods are rejected with, by method. */
  refuse: null,
  /** How long a method takes, in milliseconds, by method. */
  lateMs: Object.freeze({}),
  /** The library is loaded and `CIFInitDone` never comes. */
  isSilent: false,
  /** The script cannot be loaded: switched by the page that serves it. */
  isAbsent: false,
  /** The sender's domain is not the provider's. */
  isStranger: false,
  /** The agent lacks the privilege to write the provider record. */
  lacksPrivilege: false,
  /** Providers in the application: with more than one, home hides the panel and refuses `setMode`. */
  providers: 1,
  /** `onPresenceChange` names an identifier only. */
  presenceByID: false,
  /** A new session does not come to the front by itself. */
  keepsFocus: false,
  /** Analytics are on in the provider record. */
  analytics: true,
});

/** What calls for records and tabs are rejected with. */
export const failure = (message, errorCode = 1) => ({ errorCode, message });

/** What calls for notifications are rejected with. */
export const notificationFailure = (name, message) => ({ message, msdyn_name: name });

export const STRANGER = Object.freeze({ errorCode: 401, message: "The sender domain is not recognised or invalid." });
