/// `$metadata`: the tables as an XML schema (CSDL 4.0).
enum DataverseMetadata {
    static let answer: RestAnswer = {
        var answer = RestAnswer(status: 200, body: Array(document.utf8), contentType: "application/xml")
        answer.headers.append(("OData-Version", "4.0"))
        return answer
    }()

    private static let namespace = "Microsoft.Dynamics.CRM"

    static let document: String = {
        var xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
              <edmx:DataServices>
                <Schema Namespace="\(namespace)" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
                  <EntityType Name="crmbaseentity" Abstract="true" />

            """
        for table in DataverseSchema.tables { xml += entityType(table) }
        xml += """
                  <ComplexType Name="WhoAmIResponse">
                    <Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false" />
                    <Property Name="UserId" Type="Edm.Guid" Nullable="false" />
                    <Property Name="OrganizationId" Type="Edm.Guid" Nullable="false" />
                  </ComplexType>
                  <Function Name="WhoAmI">
                    <ReturnType Type="mscrm.WhoAmIResponse" Nullable="false" />
                  </Function>
                  <EntityContainer Name="System">

            """
        for table in DataverseSchema.tables { xml += entitySet(table) }
        xml += """
                    <FunctionImport Name="WhoAmI" Function="mscrm.WhoAmI" />
                  </EntityContainer>
                </Schema>
              </edmx:DataServices>
            </edmx:Edmx>

            """
        return xml
    }()

    private static func entityType(_ table: DataverseTable) -> String {
        var xml = """
                  <EntityType Name="\(table.name.rawValue)" BaseType="mscrm.crmbaseentity">
                    <Key>
                      <PropertyRef Name="\(table.keyName)" />
                    </Key>

            """
        for column in table.columns {
            let isKey = column.place == .key ? " Nullable=\"false\"" : ""
            var length = ""
            if case .text(let characters) = column.kind { length = " MaxLength=\"\(characters)\"" }
            xml += "        <Property Name=\"\(column.name)\" Type=\"\(column.edmType)\"\(isKey)\(length) />\n"
        }
        for navigation in table.navigations {
            let target = DataverseSchema.table(navigation.target)
            xml += """
                        <NavigationProperty Name="\(navigation.name)" Type="mscrm.\(target.name.rawValue)">
                          <ReferentialConstraint Property="\(table.columns[navigation.column].name)" \
                ReferencedProperty="\(target.keyName)" />
                        </NavigationProperty>

                """
        }
        if table.name == .phonecall {
            xml += """
                        <NavigationProperty Name="\(DataverseSchema.parties)" Type="Collection(mscrm.activityparty)" \
                Partner="activityid_phonecall" />

                """
        }
        return xml + "      </EntityType>\n"
    }

    private static func entitySet(_ table: DataverseTable) -> String {
        var xml = "        <EntitySet Name=\"\(table.setName)\" EntityType=\"mscrm.\(table.name.rawValue)\">\n"
        for navigation in table.navigations {
            let target = DataverseSchema.table(navigation.target).setName
            xml += "          <NavigationPropertyBinding Path=\"\(navigation.name)\" Target=\"\(target)\" />\n"
        }
        if table.name == .phonecall {
            xml +=
                "          <NavigationPropertyBinding Path=\"\(DataverseSchema.parties)\" Target=\"activityparties\" />\n"
        }
        return xml + "        </EntitySet>\n"
    }
}
