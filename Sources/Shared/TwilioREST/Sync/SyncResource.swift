public import Events

/// Marks the identifiers of a map of the provider's Sync.
public enum SyncMapResource: SIDResource {
    public static let prefix: StaticString = "MP"
    public static let name: StaticString = "Sync map"
}

/// `MP…`, a map.
public typealias SyncMapSID = SID<SyncMapResource>
