{include file="$template/includes/alert.tpl" type="danger" msg=$message|escape textcenter=true}
