/// The words of the page of service levels in one language.
struct ServiceLevelText: Sendable {
    let title: String
    let lead: String
    let home: String
    let window: String
    let hour: String
    let day: String
    let week: String
    let until: String
    let interactions: String
    let abandoned: String
    /// Wait, first response, agent response, duration: the columns, and what each measures.
    let times: [(name: String, meaning: String)]
    let queues: String
    let agents: String
    let channels: String
    let noQueue: String
    let noChannel: String
    let other: String
    let voice: String
    let web: String
    let legend: String
    let most: String
    let empty: String
    let emptyHint: String
    let away: String
    let awayHint: String
    let partial: String
    let meanings: String

    static let english = ServiceLevelText(
        title: "Service levels", lead: "How long customers waited, and how soon agents answered, on either side.",
        home: "Start page", window: "Period", hour: "1 hour", day: "24 hours", week: "7 days", until: "until",
        interactions: "Interactions", abandoned: "Abandoned",
        times: [
            ("Wait", "from the task's creation until an agent took it"),
            ("First response", "from the customer's first message to the first answer"),
            ("Agent response", "from a question to its answer, averaged over one interaction"),
            ("Duration", "from the task's creation to the end of the conversation"),
        ],
        queues: "By queue", agents: "By agent", channels: "By channel", noQueue: "No queue", noChannel: "No channel",
        other: "All others", voice: "Call", web: "Web chat",
        legend: "Large figure and strong bar: half of all took no longer. Small figure and pale bar: 95 of 100.",
        most: "95 %", empty: "No interaction has ended in this period",
        emptyHint: "One is counted soon after its task is completed. Choose a longer period, or complete a task.",
        away: "The figures cannot be read now",
        awayHint: "SyncSvc keeps them and did not answer. See whether patchbay-sync runs, with sync.mode on, and "
            + "load this page again.",
        partial: "There were more interactions than one report is made of; these are the oldest of the period.",
        meanings: "What is measured")

    static let spanish = ServiceLevelText(
        title: "Niveles de servicio",
        lead: "Cuánto esperaron los clientes y cuándo respondieron los agentes, en cualquiera de los dos lados.",
        home: "Página de inicio", window: "Periodo", hour: "1 hora", day: "24 horas", week: "7 días", until: "hasta",
        interactions: "Interacciones", abandoned: "Abandonadas",
        times: [
            ("Espera", "desde que se crea la tarea hasta que un agente la acepta"),
            ("Primera respuesta", "desde el primer mensaje del cliente hasta la primera respuesta"),
            ("Respuesta del agente", "desde una pregunta hasta su respuesta, como media de cada interacción"),
            ("Duración", "desde que se crea la tarea hasta el final de la conversación"),
        ],
        queues: "Por cola", agents: "Por agente", channels: "Por canal", noQueue: "Sin cola", noChannel: "Sin canal",
        other: "Los demás", voice: "Llamada", web: "Chat web",
        legend: "Cifra grande y barra intensa: la mitad no tardó más. Cifra pequeña y barra tenue: 95 de cada 100.",
        most: "95 %", empty: "Ninguna interacción ha terminado en este periodo",
        emptyHint: "Se cuenta poco después de completar su tarea. Elija un periodo más largo o complete una tarea.",
        away: "Ahora no se pueden leer las cifras",
        awayHint: "Las guarda SyncSvc, que no ha respondido. Compruebe que patchbay-sync está en marcha, con sync.mode "
            + "on, y vuelva a cargar esta página.",
        partial: "Hubo más interacciones de las que caben en un informe; estas son las más antiguas del periodo.",
        meanings: "Qué se mide")
}

extension StartPageText.Language {
    var levels: ServiceLevelText {
        switch self {
        case .english: .english
        case .spanish: .spanish
        }
    }
}
