/// What agents read in their system conversation, in both languages of the product.
struct NoticeText: Hashable, Sendable {
    enum Language: String, CaseIterable, Hashable, Sendable {
        case en, es
    }

    let language: Language

    /// The question about a reservation.
    func question(_ channel: Prompt.Channel) -> String {
        switch (channel, language) {
        case (.chat, .en): "Incoming chat. Do you take it? 1 = yes, 2 = no"
        case (.chat, .es): "Chat entrante. ¿Lo atiende? 1 = sí, 2 = no"
        case (.voice, .en): "Incoming call. Do you take it? 1 = yes, 2 = no"
        case (.voice, .es): "Llamada entrante. ¿La atiende? 1 = sí, 2 = no"
        }
    }

    func notice(_ notice: PromptDesk.Notice) -> String {
        switch (notice, language) {
        case (.nothingWaiting, .en): "Nothing is waiting for an answer right now."
        case (.nothingWaiting, .es): "Ahora mismo no hay nada pendiente de respuesta."
        case (.expired, .en): "Too late: the time for that one had passed. It goes to someone else."
        case (.expired, .es): "Demasiado tarde: el tiempo había pasado. Lo atenderá otra persona."
        case (.gone, .en): "That one is no longer waiting: someone else has it, or the customer left."
        case (.gone, .es): "Ya no está en espera: lo atiende otra persona o el cliente se fue."
        }
    }

    /// Someone waits on a page of ours.
    var nudge: String {
        switch language {
        case .en: "Someone is waiting to talk to you. Go online to see who it is!"
        case .es: "Alguien espera para hablar con usted. ¡Conéctese para ver quién es!"
        }
    }

    /// A transfer did not happen.
    func transfer(_ reason: TransferSaga.Reason) -> String {
        switch (reason, language) {
        case (.forbidden, .en): "Your administrator does not allow transfers. The conversation stays with you."
        case (.forbidden, .es): "Su administrador no permite transferencias. La conversación sigue con usted."
        case (.unknownTarget, .en): "That colleague cannot take conversations. The conversation stays with you."
        case (.unknownTarget, .es): "Ese compañero no puede atender conversaciones. La conversación sigue con usted."
        case (.declined, .en): "Your colleague did not take the conversation. It stays with you."
        case (.declined, .es): "Su compañero no aceptó la conversación. Sigue con usted."
        case (.refused, .en), (.nothingToTransfer, .en):
            "The conversation could not be transferred. It stays with you."
        case (.refused, .es), (.nothingToTransfer, .es):
            "No se pudo transferir la conversación. Sigue con usted."
        }
    }

    /// About a conversation that the agent began.
    func outgoing(_ notice: OutgoingNotice) -> String {
        switch (notice, language) {
        case (.customerElsewhere, .en):
            "This customer is in another conversation with the desk. Yours stays in the app, and goes on from its number."
        case (.customerElsewhere, .es):
            "Este cliente ya está en otra conversación con la centralita. La suya sigue en la aplicación, con su número."
        case (.customerRefused, .en):
            "The desk cannot take over your new conversation. It stays in the app, and goes on from its number."
        case (.customerRefused, .es):
            "La centralita no puede recibir su nueva conversación. Sigue en la aplicación, con su número."
        case (.messageLeft, .en): "A message of your new conversation could not be shown at the desk."
        case (.messageLeft, .es): "Un mensaje de su nueva conversación no se pudo mostrar en la centralita."
        }
    }
}
